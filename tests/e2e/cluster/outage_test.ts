/** The API server goes away, comes back, and comes back with older data: no pod is lost or started anew for it. */
import assert from "node:assert/strict";
import type { Pod } from "../../../src/core/k8s.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { until } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { runningIn } from "../traces.ts";
import { type ClusterNode, startClusterNode } from "./cluster_node.ts";
import { createPod, podOf, untilPod, untilRow } from "./pods.ts";

/** Longer than a lease's renewal, several times the first back-offs, short enough for a test. */
const OUTAGE_MS = 40_000;

function containerId(pod: Pod | undefined): string | undefined {
  return pod?.status?.containerStatuses?.[0]?.containerID;
}

async function runs({ lab }: ClusterNode, id: string | undefined): Promise<boolean> {
  const { stdout } = await lab.ctr(["tasks", "list"]);
  return new RegExp(`^${id?.replace("containerd://", "")}\\s+\\d+\\s+RUNNING`, "m").test(stdout);
}

async function pass(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

async function untilRenewed({ cluster, name }: ClusterNode): Promise<void> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`;
  const renewTime = async (): Promise<string> =>
    (await (await cluster.fetch(path)).json()).spec.renewTime;
  const before = await renewTime();
  await until("the Lease is renewed", async () => await renewTime() !== before);
}

Deno.test("an API server that is away takes no pod with it", async (t) => {
  await using node = await startClusterNode();
  const { cluster, name, program } = node;
  await createPod(node, scriptPod("steady", FOREVER));
  const id = containerId(await untilRow(node, "steady", "1/1 Running"));

  await t.step("pods run on through an outage", async () => {
    await cluster.apiServer.kill();
    await pass(OUTAGE_MS);
    assert.ok(await runs(node, id));
    await cluster.apiServer.start();
    await untilNodeReady(cluster, name);
    assert.equal(containerId(await untilRow(node, "steady", "1/1 Running")), id);
  });

  await t.step("new pods are taken right after it", async () => {
    // Bound already: the scheduler comes back later than the node.
    await createPod(node, scriptPod("after", FOREVER, { nodeName: name }));
    await untilRow(node, "after", "1/1 Running");
  });

  await t.step("what happened in an outage is told after it", async () => {
    const script = "until [ -e /tmp/go ]; do sleep 0.1; done; exit 3";
    await createPod(node, scriptPod("ending", script, { nodeName: name, restartPolicy: "Never" }));
    const pod = await untilRow(node, "ending", "1/1 Running");
    await cluster.apiServer.kill();
    const task = (containerId(pod) ?? "").replace("containerd://", "");
    await node.lab.ctr(["tasks", "exec", "--exec-id", "go", task, "touch", "/tmp/go"]);
    await until("it has ended", async () => !(await runs(node, containerId(pod))));
    await cluster.apiServer.start();
    const ended = await untilPod(node, "ending", ({ status }) => status?.phase === "Failed");
    assert.equal(ended.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 3);
  });

  await t.step("one that hangs is as good as none, and no reason to end anything", async () => {
    cluster.apiServer.freeze();
    await pass(OUTAGE_MS);
    assert.ok(await runs(node, id));
    cluster.apiServer.thaw();
    await createPod(node, scriptPod("thawed", FOREVER, { nodeName: name }));
    await untilRow(node, "thawed", "1/1 Running");
    assert.equal(containerId(await untilRow(node, "steady", "1/1 Running")), id);
  });

  await t.step("an agent that starts in an outage keeps its pods", async () => {
    await cluster.apiServer.kill();
    await program.kill();
    await program.start();
    await pass(5_000);
    assert.ok(await runs(node, id));
    await cluster.apiServer.start();
    await untilNodeReady(cluster, name);
    assert.equal(containerId(await untilRow(node, "steady", "1/1 Running")), id);
  });

  await t.step(
    "what one agent saw in an outage the next one tells, once and with its time",
    async () => {
      const script = "if [ ! -e /tmp/go ]; then sleep 100000; fi";
      const again = scriptPod("again", `trap 'exit 3' TERM; ${script} & wait`, { nodeName: name });
      await createPod(node, again);
      const first = await untilRow(node, "again", "1/1 Running");
      const before = containerId(first);
      await cluster.apiServer.kill();
      const task = before?.replace("containerd://", "") ?? "";
      await node.lab.ctr(["tasks", "kill", "--signal", "SIGTERM", task]);
      await until("it has ended", async () => !(await runs(node, before)));
      await until(
        "it runs again",
        async () => (await runningIn(node.lab, first.metadata.uid)).length === 1,
      );
      await pass(3_000);
      await program.kill();
      const killed = Date.now();
      await program.start();
      await cluster.apiServer.start();
      const shown = await untilPod(node, "again", (pod) => containerId(pod) !== before);
      const [{ restartCount = 0, lastState = {} } = {}] = shown.status?.containerStatuses ?? [];
      assert.equal(restartCount, 1);
      assert.equal(lastState.terminated?.exitCode, 3);
      assert.ok(Date.parse(lastState.terminated?.finishedAt ?? "") < killed);
      const started = async (): Promise<readonly TimedEvent[]> =>
        (await timedEventsOf(node, "again")).filter(({ reason }) => reason === "Started");
      const starts = async (): Promise<number> =>
        (await started()).reduce((sum, { count }) => sum + count, 0);
      await until("both starts are told", async () => await starts() === 2);
      for (const { lastTimestamp } of await started()) {
        assert.ok(Date.parse(lastTimestamp) < killed);
      }
    },
  );
});

interface TimedEvent {
  readonly reason: string;
  readonly count: number;
  readonly lastTimestamp: string;
}

async function timedEventsOf(
  { cluster }: ClusterNode,
  pod: string,
): Promise<readonly TimedEvent[]> {
  const query = new URLSearchParams({ fieldSelector: `involvedObject.name=${pod}` });
  const response = await cluster.fetch(`/api/v1/namespaces/default/events?${query}`);
  const { items }: { readonly items: readonly TimedEvent[] } = await response.json();
  return items;
}

Deno.test("an API server with older data is believed in what it knows", async (t) => {
  await using node = await startClusterNode();
  const { cluster, name } = node;
  await createPod(node, scriptPod("old", FOREVER));
  const old = containerId(await untilRow(node, "old", "1/1 Running"));
  // In the saved data this one has not been seen to run.
  await createPod(node, scriptPod("fresh", FOREVER, { nodeName: name }));
  const copy = await cluster.saveData();
  const fresh = containerId(await untilRow(node, "fresh", "1/1 Running"));
  // A node can tell by what it wrote itself that data is older; it writes its Lease every ten seconds.
  await untilRenewed(node);
  await cluster.restoreData(copy);

  await t.step("its pods run on, in the same containers", async () => {
    await untilNodeReady(cluster, name);
    assert.equal(containerId(await untilRow(node, "old", "1/1 Running")), old);
    assert.ok(await runs(node, old));
  });

  await t.step("it is told again what it has forgotten", async () => {
    assert.equal(containerId(await untilRow(node, "fresh", "1/1 Running")), fresh);
  });

  await t.step("the Lease is renewed again", () => untilRenewed(node));

  await t.step("new pods run and go", async () => {
    await createPod(node, scriptPod("new", FOREVER));
    await untilRow(node, "new", "1/1 Running");
    await cluster.kubectl(["delete", "pod", "new", "--wait=false"]);
    await until("it is gone", async () => await podOf(node, "new") === undefined);
  });
});
