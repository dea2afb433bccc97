/** The machine is a node of the cluster: it registers, is Ready, and keeps its Lease. */
import assert from "node:assert/strict";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { until } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { startClusterNode } from "./cluster_node.ts";
import { untilGone, untilRow } from "./pods.ts";

Deno.test("a machine is a node of the cluster", async (t) => {
  await using node = await startClusterNode();
  const { cluster, lab, name, program } = node;
  const get = async (path: string) => await (await cluster.fetch(path)).json();

  await t.step("it tells what it is", async () => {
    const { metadata, status } = await get(`/api/v1/nodes/${name}`);
    assert.equal(metadata.labels["kubernetes.io/hostname"], name);
    assert.equal(metadata.labels["kubernetes.io/os"], "linux");
    assert.deepEqual(status.addresses, [
      { type: "InternalIP", address: lab.nodeAddress },
      { type: "Hostname", address: name },
    ]);
    assert.equal(status.capacity.pods, "110");
    assert.match(status.nodeInfo.containerRuntimeVersion, /^containerd:\/\//);
    assert.match(status.nodeInfo.kubeletVersion, /^v1\.37\./);
    const names = status.conditions.map(({ type }: { type: string }) => type).sort();
    assert.deepEqual(names, ["DiskPressure", "MemoryPressure", "PIDPressure", "Ready"]);
  });

  await t.step("it renews its Lease", async () => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`;
    const renewTime = async (): Promise<string | undefined> => (await get(path)).spec?.renewTime;
    await until("there is a Lease", async () => await renewTime() !== undefined);
    const { spec } = await get(path);
    assert.deepEqual([spec.holderIdentity, spec.leaseDurationSeconds], [name, 40]);
    await until("the Lease is renewed", async () => await renewTime() !== spec.renewTime);
  });

  await t.step("the scheduler places a pod on it, which runs and goes", async () => {
    await cluster.apply(scriptPod("web", FOREVER));
    const pod = await untilRow(node, "web", "1/1 Running");
    assert.equal(pod.spec.nodeName, name);
    assert.match(pod.status?.podIP ?? "", /^10\.88\./);
    await cluster.kubectl(["delete", "pod", "web", "--wait=false"]);
    await untilGone(node, "web");
  });

  await t.step("it adopts its Node after a restart, with what others wrote on it", async () => {
    const before = await get(`/api/v1/nodes/${name}`);
    await program.stop();
    await cluster.kubectl(["label", "node", name, "rack=7", "kubernetes.io/os-"]);
    await cluster.kubectl(["annotate", "node", name, "owner=ops"]);
    await program.start();
    await untilNodeReady(cluster, name);
    await until(
      "its own label is back",
      async () =>
        (await get(`/api/v1/nodes/${name}`)).metadata.labels["kubernetes.io/os"] === "linux",
    );
    const { metadata } = await get(`/api/v1/nodes/${name}`);
    assert.equal(metadata.uid, before.metadata.uid);
    assert.equal(metadata.labels.rack, "7");
    assert.equal(metadata.annotations.owner, "ops");
  });
});
