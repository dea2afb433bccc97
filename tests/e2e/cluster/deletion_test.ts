/** How pods of the API server end: with their hooks and their grace, at once by force, and while the agent was away. */
import assert from "node:assert/strict";
import { IMAGES } from "../../lab/images.ts";
import { until } from "../expect.ts";
import { FOREVER, manifest, scriptPod } from "../manifest.ts";
import { type ClusterNode, startClusterNode } from "./cluster_node.ts";
import { createPod, podOf, untilGone, untilPod, untilRow } from "./pods.ts";

/** A pod that writes into `folder` on the node what happens at its end. */
function diary(name: string, folder: string): unknown {
  const onTerm = "echo term >> /diary/lines; sleep 1; echo end >> /diary/lines; exit 0";
  return manifest(name, {
    terminationGracePeriodSeconds: 30,
    containers: [{
      name: "main",
      image: IMAGES.busybox,
      command: ["sh", "-c", `trap '${onTerm}' TERM; while :; do sleep 1 & wait $!; done`],
      lifecycle: { preStop: { exec: { command: ["sh", "-c", "echo hook >> /diary/lines"] } } },
      volumeMounts: [{ name: "diary", mountPath: "/diary" }],
    }],
    volumes: [{ name: "diary", hostPath: { path: folder, type: "DirectoryOrCreate" } }],
  });
}

/** Ids of a pod's sandbox and containers that run, whatever the API server says. */
async function runningIds({ lab }: ClusterNode, name: string): Promise<readonly string[]> {
  const filter = `labels."io.kubernetes.pod.name"==${name}`;
  const { stdout } = await lab.ctr(["containers", "list", "-q", filter]);
  const tasks = (await lab.ctr(["tasks", "list"])).stdout;
  const running = new Set([...tasks.matchAll(/^(\S+)\s+\d+\s+RUNNING/gm)].map(([, id]) => id));
  return stdout.split("\n").filter((id) => running.has(id));
}

Deno.test("pods of the API server end as they should", async (t) => {
  await using node = await startClusterNode();
  const { cluster, lab, program } = node;
  const linesOf = async (folder: string) =>
    (await Deno.readTextFile(`${folder}/lines`)).trim().split("\n");

  await t.step("a deleted pod has its hook and its grace, and then it is gone", async () => {
    const folder = `${lab.workDir}/diary`;
    await createPod(node, diary("graceful", folder));
    await untilRow(node, "graceful", "1/1 Running");
    await cluster.kubectl(["delete", "pod", "graceful", "--wait=false"]);
    const ending = await podOf(node, "graceful");
    assert.equal(ending?.metadata.deletionGracePeriodSeconds, 30);
    await untilGone(node, "graceful");
    assert.deepEqual(await linesOf(folder), ["hook", "term", "end"]);
    await until(
      "no container is left",
      async () => (await runningIds(node, "graceful")).length === 0,
    );
  });

  await t.step("a deaf container is killed when its grace is over", async () => {
    const deaf = "trap '' TERM; while :; do sleep 1; done";
    await createPod(node, scriptPod("deaf", deaf, { terminationGracePeriodSeconds: 2 }));
    await untilRow(node, "deaf", "1/1 Running");
    const asked = performance.now();
    await cluster.kubectl(["delete", "pod", "deaf", "--wait=false"]);
    await untilGone(node, "deaf");
    const seconds = (performance.now() - asked) / 1000;
    assert.ok(seconds >= 2, `it was gone after ${seconds} s`);
  });

  await t.step("a pod deleted by force is ended all the same", async () => {
    await createPod(node, scriptPod("forced", FOREVER));
    await untilRow(node, "forced", "1/1 Running");
    await cluster.kubectl(["delete", "pod", "forced", "--force", "--grace-period=0"]);
    await until(
      "no container is left",
      async () => (await runningIds(node, "forced")).length === 0,
    );
  });

  await t.step("its name is free for another pod at once", async () => {
    await createPod(node, scriptPod("again", FOREVER));
    const first = await untilRow(node, "again", "1/1 Running");
    await cluster.kubectl(["delete", "pod", "again", "--force", "--grace-period=0"]);
    await createPod(node, scriptPod("again", FOREVER));
    const second = await untilRow(node, "again", "1/1 Running");
    assert.notEqual(second.metadata.uid, first.metadata.uid);
    await until(
      "the first one is gone",
      async () => (await runningIds(node, "again")).length === 2,
    );
  });

  await t.step("what was deleted while the agent was away ends when it is back", async () => {
    const folder = `${lab.workDir}/away`;
    await createPod(node, diary("asked", folder));
    await createPod(node, scriptPod("vanished", FOREVER));
    await createPod(node, scriptPod("kept", FOREVER));
    for (const name of ["asked", "vanished", "kept"]) await untilRow(node, name, "1/1 Running");
    const kept = await podOf(node, "kept");
    await program.stop();
    await cluster.kubectl(["delete", "pod", "asked", "--wait=false"]);
    await cluster.kubectl(["delete", "pod", "vanished", "--force", "--grace-period=0"]);
    assert.equal((await runningIds(node, "vanished")).length, 2);
    await program.start();
    await untilGone(node, "asked");
    assert.deepEqual(await linesOf(folder), ["hook", "term", "end"]);
    await until(
      "no container is left",
      async () => (await runningIds(node, "vanished")).length === 0,
    );
    const now = await untilPod(node, "kept", ({ status }) => status?.phase === "Running");
    assert.equal(
      now.status?.containerStatuses?.[0]?.containerID,
      kept?.status?.containerStatuses?.[0]?.containerID,
    );
  });
});
