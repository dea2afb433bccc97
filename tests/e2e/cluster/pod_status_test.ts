/** What the agent writes is what the real API server keeps: statuses, final deletions, mirrors, with no more than a node's rights. */
import assert from "node:assert/strict";
import { createAgentMetrics } from "../../../src/core/metrics/agent_metrics.ts";
import { systemClock } from "../../../src/adapters/clock.ts";
import { fixedAccess } from "../../../src/adapters/kube/access.ts";
import { connectKube } from "../../../src/adapters/kube/connect.ts";
import { systemRandom } from "../../../src/adapters/random.ts";
import { createStatusWriter, type StatusTarget } from "../../../src/agent/cluster/status_writer.ts";
import { nodes, type ObjectRef, pods } from "../../../src/core/kube/resource.ts";
import type { PodStatus } from "../../../src/core/k8s.ts";
import { mirrorOf } from "../../../src/core/pod/mirror_pod.ts";
import { statusPatch } from "../../../src/core/pod/status_patch.ts";
import type { KubeApi } from "../../../src/ports/kube_api.ts";
import { fakeKeeper, noPace } from "../../fakes/journal_keeper.ts";
import { fakeLog } from "../../fakes/log.ts";
import { pod } from "../../fakes/pods.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";

const nodeName = "edge-1";

/** The node's own client, by the way into the lab. */
async function nodeClient(cluster: Cluster): Promise<KubeApi & { close(): void }> {
  await cluster.nodeKubeconfig(nodeName);
  const { clientCertificate, clientKey } = await cluster.pki.client(`node-${nodeName}`);
  return connectKube({
    access: fixedAccess({
      cluster: { server: cluster.outsideServer, authorityPem: cluster.ca },
      certificate: { certPem: clientCertificate, keyPem: clientKey },
    }),
    clock: systemClock(),
    random: systemRandom(),
    log: fakeLog(),
    userAgent: "skerry-test",
  });
}

const at = "2026-01-01T00:00:00Z";
const scheduled = { type: "PodScheduled", status: "True", lastTransitionTime: at };

function condition(type: string, status: string, more: object = {}) {
  return { type, status, observedGeneration: 1, lastTransitionTime: at, ...more };
}

/** A pod's life in statuses as the agent makes them. */
const life: readonly PodStatus[] = [
  {
    phase: "Pending",
    observedGeneration: 1,
    conditions: [
      condition("Ready", "False", { reason: "ContainersNotReady", message: "containers" }),
      scheduled,
    ],
    hostIP: "192.0.2.1",
    hostIPs: [{ ip: "192.0.2.1" }],
    startTime: at,
    containerStatuses: [status({ waiting: { reason: "ContainerCreating" } })],
    qosClass: "Burstable",
    resources: { requests: { cpu: "500m", memory: "64Mi" } },
    allocatedResources: { cpu: "500m", memory: "64Mi" },
  },
  {
    phase: "Running",
    observedGeneration: 1,
    conditions: [condition("Ready", "True"), condition("ContainersReady", "True"), scheduled],
    hostIP: "192.0.2.1",
    hostIPs: [{ ip: "192.0.2.1" }, { ip: "2001:db8::1" }],
    podIP: "10.0.0.1",
    podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }],
    startTime: at,
    containerStatuses: [status({ running: { startedAt: at } })],
    qosClass: "Burstable",
    resources: { requests: { cpu: "500m" } },
    allocatedResources: { cpu: "500m", memory: "64Mi" },
  },
  {
    phase: "Failed",
    reason: "Evicted",
    message: "no room",
    observedGeneration: 1,
    conditions: [
      condition("Ready", "False", { reason: "PodFailed" }),
      condition("DisruptionTarget", "True", { reason: "TerminationByKubelet", message: "no room" }),
      scheduled,
    ],
    hostIP: "192.0.2.1",
    hostIPs: [{ ip: "192.0.2.1" }],
    podIP: "fd00::2",
    podIPs: [{ ip: "fd00::2" }],
    startTime: at,
    containerStatuses: [
      status({ terminated: { exitCode: 137, reason: "ContainerStatusUnknown", message: "lost" } }),
    ],
    qosClass: "Burstable",
    resources: {},
  },
];

function status(state: object): NonNullable<PodStatus["containerStatuses"]>[number] {
  const known = { name: "main", ready: false, started: false, restartCount: 0 };
  return { ...known, image: "busybox:1", imageID: "", lastState: {}, state };
}

Deno.test("what an agent writes of its pods", async (t) => {
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  const kube = await nodeClient(cluster);
  const node = await kube.create<{ metadata: { uid: string } }>(
    { resource: nodes, name: nodeName },
    { apiVersion: "v1", kind: "Node", metadata: { name: nodeName } },
  );
  const web: ObjectRef = { resource: pods, namespace: "default", name: "web" };

  await t.step("each status of a pod's life is kept as it was written, by one patch", async () => {
    await cluster.apply({ apiVersion: "v1", kind: "Pod", ...bound() });
    for (const [index, after] of life.entries()) {
      const before = await kube.get<StatusTarget>(web);
      const { uid } = before.metadata;
      const body = statusPatch({ uid, before: before.status ?? {}, after });
      const answer = await kube.patch<StatusTarget>({ ...web, subresource: "status" }, {
        kind: "strategic",
        body,
      });
      const rest = statusPatch({ uid, before: answer.status ?? {}, after });
      assert.equal(rest, null, `status ${index} is not what was written: ${JSON.stringify(rest)}`);
      assert.deepEqual(answer.status?.podIPs, after.podIPs);
    }
  });

  await t.step("a patch for another pod of the same name is refused", async () => {
    const body = { metadata: { uid: "another" }, status: { phase: "Running" } };
    await assert.rejects(
      kube.patch({ ...web, subresource: "status" }, { kind: "strategic", body }),
      { name: "Invalid" },
    );
  });

  await t.step("a pod that has left the node is deleted once it has its last status", async () => {
    const writer = createStatusWriter({
      metrics: createAgentMetrics(),
      kube,
      clock: systemClock(),
      random: systemRandom(),
      log: fakeLog(),
      keeper: await fakeKeeper(),
      pace: noPace,
      hasAnswered: () => true,
      onWritten: () => {},
    });
    const target = await kube.get<StatusTarget>(web);
    writer.see("web", target);
    writer.write({ namespace: "default", name: "web", uid: "web" }, {
      ...life[2],
      message: "the last word",
    });
    writer.release("web");
    const isGone = async () => (await cluster.tryKubectl(["get", "pod", "web"])).code !== 0;
    assert.ok(await waitUntil(isGone, { timeoutMs: 60_000 }));
    await writer.close();
  });

  await t.step("a node may make and delete mirrors of its static pods", async () => {
    const built = pod("static").annotations({ "kubernetes.io/config.hash": "h" }).build();
    const own = { ...built, spec: { ...built.spec, nodeName } };
    const mirror = mirrorOf(own, { name: nodeName, uid: node.metadata.uid });
    const ref: ObjectRef = { resource: pods, namespace: "default", name: "static" };
    const made = await kube.create<StatusTarget>(ref, mirror);
    const { uid } = made.metadata;
    const [, running] = life;
    const body = statusPatch({ uid, before: made.status ?? {}, after: running ?? {} });
    await kube.patch({ ...ref, subresource: "status" }, { kind: "strategic", body });
    await kube.delete(ref, { gracePeriodSeconds: 0, uid });
    await assert.rejects(kube.delete(ref, { uid }), { name: "NotFound" });
  });
  kube.close();
});

function bound(): object {
  const resources = { requests: { cpu: "500m", memory: "64Mi" } };
  const { metadata: { name }, spec } = pod("web").container("main", { resources }).build();
  return { metadata: { name }, spec: { ...spec, nodeName } };
}
