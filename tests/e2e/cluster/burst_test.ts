/** As many pods as a node takes, made and deleted all at once. */
import assert from "node:assert/strict";
import { FOREVER, scriptPod } from "../manifest.ts";
import { startClusterNode } from "./cluster_node.ts";
import { podsOf, untilPods } from "./pods.ts";

const PODS = 110;
const timeoutMs = 240_000;

Deno.test(`${PODS} pods are created and deleted in a burst`, async (t) => {
  await using node = await startClusterNode({ kubelet: { maxPods: PODS } });
  const { cluster, lab } = node;
  const labels = { app: "burst" };

  await t.step("all of them run, each in its first container", async () => {
    const pods = Array.from({ length: PODS }, (_, index) => ({
      ...scriptPod(`burst-${index}`, FOREVER),
      metadata: { name: `burst-${index}`, labels },
    }));
    await cluster.apply(...pods);
    const running = await untilPods(
      node,
      "app=burst",
      (each) => each.filter(({ status }) => status?.phase === "Running").length === PODS,
      { timeoutMs },
    );
    const containers = running.flatMap(({ status }) => status?.containerStatuses ?? []);
    assert.deepEqual(new Set(containers.map(({ restartCount }) => restartCount)), new Set([0]));
    const addresses = new Set(running.map(({ status }) => status?.podIP));
    assert.equal(addresses.size, PODS);
  });

  await t.step("one more is not for this node", async () => {
    const spec = { nodeName: node.name };
    await cluster.apply({
      ...scriptPod("more", FOREVER, spec),
      metadata: { name: "more", labels },
    });
    const [more] = await untilPods(
      node,
      "app=burst",
      (each) => each.some(({ status }) => status?.phase === "Failed"),
    );
    assert.ok(more);
    const refused = (await podsOf(node, "app=burst")).find(({ status }) =>
      status?.phase === "Failed"
    );
    assert.equal(refused?.status?.reason, "OutOfpods");
  });

  await t.step("all of them go", async () => {
    await cluster.kubectl(["delete", "pods", "-l", "app=burst", "--wait=false"]);
    await untilPods(node, "app=burst", (each) => each.length === 0, { timeoutMs });
    const { stdout } = await lab.ctr(["tasks", "list", "-q"]);
    assert.equal(stdout.trim(), "");
  });
});
