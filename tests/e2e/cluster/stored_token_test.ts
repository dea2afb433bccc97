/** A pod has its service account token again after a power cut without an API server, and that server still takes it. */
import assert from "node:assert/strict";
import { labAgent } from "../../lab/agent.ts";
import { startCluster } from "../../lab/cluster.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { startLab } from "../../lab/lab.ts";
import * as onNode from "../expect.ts";
import { container, FOREVER, manifest } from "../manifest.ts";
import { reboot } from "../reboot.ts";
import { createPod, untilRow } from "./pods.ts";

const nodeName = "edge-1";
const mount = "/var/run/secrets/kubernetes.io/serviceaccount";
const robot = manifest("robot", {
  nodeName,
  containers: [container("main", `echo "token=$(cat ${mount}/token)"; ${FOREVER}`)],
});

Deno.test("a token is restored after a restart with the API server stopped", async (t) => {
  await using site = await startLab();
  await using cluster = await startCluster(site);
  await using lab = await startLab({ nodeAddress: "10.99.0.2" });
  await cluster.connect(lab);
  const kubeconfig = await cluster.nodeKubeconfig(nodeName);
  const agent = await labAgent(lab, { nodeName, kubeconfig });
  const node = { lab, cluster, name: nodeName, program: agent, [Symbol.asyncDispose]: agent.stop };
  await agent.start();
  await untilNodeReady(cluster, nodeName);
  await createPod(node, robot);
  const { metadata: { uid } } = await untilRow(node, "robot", "1/1 Running");
  const tokens = async (): Promise<readonly string[]> =>
    [...(await onNode.logOf(agent, "robot")).matchAll(/token=(\S+)/g)].map(([, text = ""]) => text);
  await onNode.until("the pod shows its token", async () => (await tokens()).length > 0);
  const [before = ""] = await tokens();

  await t.step("it is nowhere on the disk in the clear", async () => {
    for (const name of ["skerry.db", "skerry.db-wal"]) {
      const bytes = await Deno.readFile(`${agent.rootDir}/${name}`).catch(() => new Uint8Array());
      assert.ok(!new TextDecoder("latin1").decode(bytes).includes(before.slice(-100)), name);
    }
  });

  await t.step("the pod starts with the token that it had", async () => {
    await cluster.apiServer.kill();
    await agent.kill();
    await reboot(lab);
    await agent.start();
    const pod = await onNode.untilRow(agent, "robot", "1/1 Running");
    assert.equal(pod.metadata.uid, uid);
    assert.equal(onNode.containerOf(pod).restartCount, 1);
    await onNode.until("the pod shows a token", async () => (await tokens()).at(-1) === before);
  });

  await t.step("the API server takes it when it is back", async () => {
    await cluster.apiServer.start();
    await untilNodeReady(cluster, nodeName);
    const whoAmI = await cluster.kubectl([
      "create",
      "-f",
      "-",
      "-o",
      "jsonpath={.status.user.username} {.status.user.extra}",
    ], {
      stdin: JSON.stringify({
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        spec: { token: before },
      }),
    });
    assert.match(whoAmI.stdout, /^system:serviceaccount:default:default /);
    assert.match(whoAmI.stdout, new RegExp(uid));
  });
});
