/** One bridge and many nodes that speak the real protocol over a real broker: what they cost at rest, and how soon a change of all of them is written. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { mqttBroker } from "../../../src/adapters/mqtt/broker.ts";
import { parseBrokerUrl } from "../../../src/core/broker/broker_url.ts";
import type { JournalObject, JournalRecord } from "../../../src/core/journal/record.ts";
import { fakeRandom } from "../../fakes/random.ts";
import { type RelayNode, relayNode } from "../../fakes/relay_node.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { testAuthority } from "../../fakes/test_pki.ts";
import { allowBridges, labBridge } from "../../lab/bridge.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { startLab } from "../../lab/lab.ts";
import { closedPort } from "../../lab/loopback_servers.ts";
import { startMosquitto } from "../../lab/mosquitto.ts";
import { waitUntil } from "../../lab/processes.ts";
import type { Figure } from "../figures.ts";
import { usage } from "../usage.ts";
import { pass } from "./cut_off.ts";

const CLUSTER = "north";
const STEADY_MS = 60_000;
const CHANGE_MS = 10_000;

export async function crowd(count: number): Promise<readonly Figure[]> {
  using folder = temporaryFolder();
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  await allowBridges(cluster);
  const authority = testAuthority("nodes");
  const { port } = closedPort();
  const clientAuthority = cluster.ca + authority.certificate;
  await using mosquitto = await startMosquitto({ dir: folder.path, port, clientAuthority });
  const clientCaFile = `${folder.path}/nodes.crt`;
  await Deno.writeTextFile(clientCaFile, authority.certificate);
  const url = parseBrokerUrl(`mqtts://127.0.0.1:${port}`);
  if (!url.ok) throw new Error(url.error);
  await using bridge = await labBridge(cluster, {
    broker: url.value.text,
    brokerCaFile: mosquitto.caFile,
    cluster: CLUSTER,
    clientCaFile,
    port: closedPort().port,
    verbosity: 2,
  });
  const names = Array.from({ length: count }, (_, index) => `sim-${index}`);
  const pods = await inGroups(names, (name) => createNode(cluster, name));
  const nodes = await inGroups(names, async (name) => {
    const pair = authority.issue({
      commonName: `system:node:${name}`,
      organizations: ["system:nodes"],
      purpose: "client",
    });
    const path = `${folder.path}/${name}.pem`;
    await Deno.writeTextFile(path, pair.certificate + pair.key);
    const broker = mqttBroker({
      brokers: [url.value],
      caFile: mosquitto.caFile,
      certFile: path,
      keyFile: path,
      keepAliveMs: 30_000,
      maxMessageBytes: 65_536,
    }, { clock: systemClock(), random: fakeRandom() });
    const node = relayNode({ broker, clock: systemClock(), pair, cluster: CLUSTER, node: name });
    if (
      !await waitUntil(() => node.present().then(() => true, () => false), {
        timeoutMs: 60_000,
        intervalMs: 200,
      })
    ) {
      throw new Error(`${name} does not reach the broker`);
    }
    return node;
  });
  await untilRelayed(cluster, count);
  const before = usage(bridge.pid);
  await pass(STEADY_MS);
  const rest = usage(bridge.pid);
  const began = performance.now();
  await reportAll(nodes, pods);
  const written = performance.now() - began;
  const after = usage(bridge.pid);
  await Promise.all(nodes.map((node) => node.close()));
  const cpu = (one: number, other: number, ms: number): number => (other - one) * 100_000 / ms;
  return [
    { name: `bridge with ${count} nodes at rest, RSS`, value: rest.rssMb, unit: "MB" },
    {
      name: `bridge with ${count} nodes at rest, CPU`,
      value: cpu(before.cpuSeconds, rest.cpuSeconds, STEADY_MS),
      unit: "%",
    },
    {
      name: `a change of each of ${count} nodes within 10 s, until all is acknowledged`,
      value: written / 1_000,
      unit: "s",
      atMost: 60,
    },
    {
      name: `the same, CPU of the bridge`,
      value: after.cpuSeconds - rest.cpuSeconds,
      unit: "s",
    },
    {
      name: `the same, not acknowledged`,
      value: nodes.filter(({ acknowledged }) => acknowledged.length === 0).length,
      unit: "nodes",
      atMost: 0,
    },
  ];
}

async function inGroups<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < all.length; at += 20) {
    done.push(...await Promise.all(all.slice(at, at + 20).map(work)));
  }
  return done;
}

async function post(
  cluster: Cluster,
  path: string,
  body: unknown,
): Promise<{ readonly metadata: { readonly uid: string } }> {
  const response = await cluster.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return await response.json();
}

async function createNode(cluster: Cluster, name: string): Promise<JournalObject> {
  await post(cluster, "/api/v1/nodes", { metadata: { name } });
  await post(cluster, "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", {
    metadata: { name, namespace: "kube-node-lease" },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: 40,
      renewTime: "2026-01-01T00:00:00.000000Z",
    },
  });
  const { metadata: { uid } } = await post(cluster, "/api/v1/namespaces/default/pods", {
    metadata: { name: `pod-${name}`, namespace: "default" },
    spec: {
      nodeName: name,
      containers: [{ name: "main", image: "lab/none" }],
      tolerations: [{ operator: "Exists" }],
    },
  });
  return { kind: "Pod", namespace: "default", name: `pod-${name}`, uid };
}

async function untilRelayed(cluster: Cluster, count: number): Promise<void> {
  const relayed = async (): Promise<boolean> => {
    const { items } = await (await cluster.fetch("/api/v1/nodes")).json();
    const marked = items.filter((node: { metadata: { annotations?: Record<string, string> } }) =>
      node.metadata.annotations?.["skerry.dev/relayed-by"] !== undefined
    );
    return marked.length === count;
  };
  if (!await waitUntil(relayed, { timeoutMs: 300_000, intervalMs: 2_000 })) {
    throw new Error("the bridge does not relay for all nodes");
  }
}

/** Each within ten seconds; what is not acknowledged is sent again as a node does. */
async function reportAll(
  nodes: readonly RelayNode[],
  pods: readonly JournalObject[],
): Promise<void> {
  const one = async (node: RelayNode, index: number): Promise<void> => {
    await pass(CHANGE_MS * index / nodes.length);
    const object = pods[index];
    if (object === undefined) return;
    const record: JournalRecord = node.record({
      kind: "Changed",
      object,
      changes: { phase: "Running" },
    });
    const payload = await node.batch([record]);
    const isTold = (): boolean => node.acknowledged.length > 0;
    for (let tries = 0; tries < 10; tries++) {
      if (await waitUntil(isTold, { timeoutMs: 5_000, intervalMs: 100 })) return;
      await node.publish("journal", payload);
    }
  };
  await Promise.all(nodes.map(one));
}
