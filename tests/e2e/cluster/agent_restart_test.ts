/** The agent of a cluster's node ends and starts again while pods run: none of their containers is started anew. */
import assert from "node:assert/strict";
import type { Pod } from "../../../src/core/k8s.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { row } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { startClusterNode } from "./cluster_node.ts";
import { createPod, podsOf, untilPod, untilPods, untilRow } from "./pods.ts";
import { ACCOUNT, KEYS, SETTINGS, webDeployment } from "./workloads.ts";

function containerIds(pods: readonly Pod[]): readonly string[] {
  return pods.flatMap(({ status }) => status?.containerStatuses ?? [])
    .map(({ containerID = "none" }) => containerID).sort();
}

Deno.test("a restart of the agent restarts no container", async (t) => {
  await using node = await startClusterNode();
  const { cluster, name, program } = node;
  const kubectl = cluster.programs("kubectl");
  await cluster.apply(...ACCOUNT, SETTINGS, KEYS, webDeployment({ version: "one", kubectl }));
  await cluster.kubectl(["rollout", "status", "deployment/web", "--timeout=120s"]);
  const ids = containerIds(await podsOf(node));

  const ways = { "an orderly end": program.stop, "a crash": program.kill };
  for (const [index, [way, end]] of Object.entries(ways).entries()) {
    await t.step(`after ${way} the pods are Ready in the same containers`, async () => {
      await end();
      await program.start();
      // Once this one runs, the agent has seen them all.
      await createPod(node, scriptPod(`next-${index}`, FOREVER));
      await untilRow(node, `next-${index}`, "1/1 Running");
      const areReady = (pods: readonly Pod[]) => pods.every((pod) => row(pod) === "2/2 Running");
      assert.deepEqual(containerIds(await untilPods(node, "app=web", areReady)), ids);
    });
  }

  await t.step("what ended meanwhile is told, and what came meanwhile is run", async () => {
    await createPod(node, scriptPod("short", "sleep 6; exit 4", { restartPolicy: "Never" }));
    await untilRow(node, "short", "1/1 Running");
    await program.stop();
    await createPod(node, scriptPod("meanwhile", FOREVER, { nodeName: name }));
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    await program.start();
    await untilNodeReady(cluster, name);
    const short = await untilPod(node, "short", ({ status }) => status?.phase === "Failed");
    assert.equal(short.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 4);
    await untilRow(node, "meanwhile", "1/1 Running");
  });
});
