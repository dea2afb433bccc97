/** A node loses its power while there is no API server, and has its pods again before that is back. */
import assert from "node:assert/strict";
import type { Pod } from "../../../src/core/k8s.ts";
import type { PodReadiness } from "../../../src/core/node/reboot_ready.ts";
import { labAgent } from "../../lab/agent.ts";
import { startCluster } from "../../lab/cluster.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { startLab } from "../../lab/lab.ts";
import * as onNode from "../expect.ts";
import { container, FOREVER, manifest } from "../manifest.ts";
import { reboot } from "../reboot.ts";
import { createPod, untilPod, untilRow } from "./pods.ts";

const nodeName = "edge-1";

/** A pod that needs a ConfigMap, a Secret and the token that every pod has. */
const web = manifest("web", {
  nodeName,
  priorityClassName: "system-node-critical",
  volumes: [{ name: "keys", secret: { secretName: "keys" } }],
  containers: [
    container("main", `cat /keys/key && echo $LEVEL && ${FOREVER}`, {
      envFrom: [{ configMapRef: { name: "settings" } }],
      volumeMounts: [{ name: "keys", mountPath: "/keys" }],
    }),
  ],
});

const objects = {
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
      data: { LEVEL: "info" },
    },
    { apiVersion: "v1", kind: "Secret", metadata: { name: "keys" }, stringData: { key: "s3cret" } },
  ],
};

Deno.test("pods come back after a power cut without an API server, and nothing restarts for its return", async (t) => {
  await using site = await startLab();
  await using cluster = await startCluster(site);
  await using lab = await startLab({ nodeAddress: "10.99.0.2" });
  const link = await cluster.connect(lab);
  const kubeconfig = await cluster.nodeKubeconfig(nodeName);
  const agent = await labAgent(lab, { nodeName, kubeconfig });
  const node = { lab, cluster, name: nodeName, program: agent, [Symbol.asyncDispose]: agent.stop };
  await agent.start();
  await untilNodeReady(cluster, nodeName);
  await createPod(node, objects);
  const { metadata: { uid } } = await runs("web", web);
  await runs("plain", manifest("plain", { nodeName, containers: [container("main", FOREVER)] }));

  async function runs(name: string, spec: unknown): Promise<Pod> {
    await createPod(node, spec);
    return await untilRow(node, name, "1/1 Running");
  }

  let ids: readonly string[] = [];
  const names = ["web", "plain"];

  await t.step(
    "before it, each of them is said to come back, but for one whose image is gone",
    async () => {
      const told = async (): Promise<readonly string[]> => {
        const { stdout } = await agent.skerry(["check", "--reboot", "-o", "json"]);
        const { pods }: { readonly pods: readonly PodReadiness[] } = JSON.parse(stdout);
        return pods.map((pod) => `${pod.name}: ${pod.missing}`);
      };
      await onNode.until(
        "all lies in the store",
        async () => (await told()).join() === "plain: ,web: ",
      );
      const image = "skerry.test/busybox:1";
      await lab.ctr(["images", "tag", image, "skerry.test/kept:1"]);
      await lab.ctr(["images", "remove", "--sync", image]);
      await onNode.until("the runtime knows", async () => {
        const lacking = `image "${image}" is not there`;
        return (await told()).join() === `plain: ${lacking},web: ${lacking}`;
      });
      await lab.ctr(["images", "tag", "skerry.test/kept:1", image]);
      await onNode.until(
        "it is there again",
        async () => (await told()).join() === "plain: ,web: ",
      );
      assert.equal((await agent.skerry(["check", "--reboot"])).code, 0);
    },
  );

  await t.step("they run again, with a kubeconfig that is damaged too", async () => {
    await link.cut();
    await agent.kill();
    await reboot(lab);
    const intact = await Deno.readTextFile(kubeconfig);
    await Deno.writeTextFile(kubeconfig, intact.slice(0, 100));
    await agent.start();
    // What an agent shows before it has looked is from before the power cut.
    const isBack = (pod: Pod) =>
      onNode.row(pod) === "1/1 Running" && onNode.containerOf(pod).restartCount === 1;
    const pods = await Promise.all(names.map((name) => onNode.untilPod(agent, name, isBack)));
    ids = pods.map((pod) => onNode.idOf(pod));
    assert.equal(pods[0]?.metadata.uid, uid);
    assert.match(await onNode.logOf(agent, "web"), /s3cretinfo/);
    await Deno.writeTextFile(kubeconfig, intact);
  });

  await t.step("when the link is back they go on, and it hears of them", async () => {
    await link.mend();
    // What the server shows of them is from before the power cut, until it hears.
    for (const [at, name] of names.entries()) {
      const pod = await untilPod(node, name, (each) => onNode.idOf(each) === ids[at]);
      assert.equal(onNode.row(pod), "1/1 Running");
      assert.equal(onNode.containerOf(pod).restartCount, 1);
    }
    await untilNodeReady(cluster, nodeName);
    await runs("new", manifest("new", { nodeName, containers: [container("main", FOREVER)] }));
    const pods = await Promise.all(names.map((name) => onNode.findPod(agent, name)));
    assert.deepEqual(pods.map((pod) => pod && onNode.idOf(pod)), ids);
  });
});
