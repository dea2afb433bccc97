/** A node whose runtime goes away is not ready, and ready again when it is back; its heartbeats go on. */
import assert from "node:assert/strict";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { until } from "../expect.ts";
import { startClusterNode } from "./cluster_node.ts";

Deno.test("a node without a runtime is alive, and not ready", async () => {
  await using node = await startClusterNode();
  const { cluster, lab, name } = node;
  const ready = async () => {
    const { status } = await (await cluster.fetch(`/api/v1/nodes/${name}`)).json();
    return status.conditions.find(({ type }: { type: string }) => type === "Ready");
  };
  const renewTime = async (): Promise<string> => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`;
    return (await (await cluster.fetch(path)).json()).spec.renewTime;
  };
  await lab.containerd.stop();
  // The kubelet waits for half a minute before it says so, and so does Skerry.
  await until("it is not ready", async () => (await ready()).status === "False", {
    timeoutMs: 60_000,
  });
  const { reason, message } = await ready();
  assert.equal(reason, "KubeletNotReady");
  assert.match(message, /container runtime is down/);
  const before = await renewTime();
  await until("the lease is renewed", async () => await renewTime() !== before);
  await lab.containerd.start();
  await untilNodeReady(cluster, name);
});
