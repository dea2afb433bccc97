/** `skerry bridge` between mosquitto and a real API server, with the rights that deploy/bridge.yaml gives; a test plays the node. */
import assert from "node:assert/strict";
import { systemClock } from "../../../src/adapters/clock.ts";
import { mqttBroker } from "../../../src/adapters/mqtt/broker.ts";
import { parseBrokerUrl } from "../../../src/core/broker/broker_url.ts";
import type { JournalEntry, JournalObject } from "../../../src/core/journal/record.ts";
import { fakeRandom } from "../../fakes/random.ts";
import { relayNode } from "../../fakes/relay_node.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { allowBridges, labBridge } from "../../lab/bridge.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { startLab } from "../../lab/lab.ts";
import { closedPort } from "../../lab/loopback_servers.ts";
import { startMosquitto } from "../../lab/mosquitto.ts";
import { until } from "../expect.ts";

const NODE = "edge-1";
const CLUSTER = "north";

async function json(cluster: Cluster, path: string, body?: unknown): Promise<Json> {
  const response = await cluster.fetch(path, {
    ...body !== undefined && {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
  });
  return await response.json();
}

// deno-lint-ignore no-explicit-any
type Json = any;

/** A node without an agent, with a pod that is bound to it. */
async function createNode(cluster: Cluster): Promise<JournalObject> {
  await json(cluster, "/api/v1/nodes", { metadata: { name: NODE } });
  await json(cluster, "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", {
    metadata: { name: NODE, namespace: "kube-node-lease" },
    spec: {
      holderIdentity: NODE,
      leaseDurationSeconds: 40,
      renewTime: "2026-01-01T00:00:00.000000Z",
    },
  });
  const { metadata: { uid } } = await json(cluster, "/api/v1/namespaces/default/pods", {
    metadata: { name: "web", namespace: "default" },
    spec: {
      nodeName: NODE,
      containers: [{ name: "main", image: "lab/web" }],
      tolerations: [{ operator: "Exists" }],
    },
  });
  return { kind: "Pod", namespace: "default", name: "web", uid };
}

Deno.test("a bridge writes what a node tells over mosquitto", async (t) => {
  using folder = temporaryFolder();
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  await allowBridges(cluster);
  const { port } = closedPort();
  await using mosquitto = await startMosquitto({
    dir: folder.path,
    port,
    clientAuthority: cluster.ca,
  });
  const url = parseBrokerUrl(`mqtts://127.0.0.1:${port}`);
  assert.ok(url.ok);
  const about = {
    cluster: CLUSTER,
    broker: url.value.text,
    brokerCaFile: mosquitto.caFile,
  };
  const { port: pages } = closedPort();
  await using bridge = await labBridge(cluster, { ...about, port: pages });
  const web = await createNode(cluster);
  await cluster.clientKubeconfig({
    name: "node",
    commonName: `system:node:${NODE}`,
    organizations: ["system:nodes"],
    signer: "ca",
  });
  const files = { certFile: `${cluster.pki.dir}/node.crt`, keyFile: `${cluster.pki.dir}/node.key` };
  const node = relayNode({
    broker: mqttBroker({
      brokers: [url.value],
      caFile: mosquitto.caFile,
      ...files,
      keepAliveMs: 30_000,
      maxMessageBytes: 65_536,
    }, { clock: systemClock(), random: fakeRandom() }),
    clock: systemClock(),
    pair: {
      certificate: await Deno.readTextFile(files.certFile),
      key: await Deno.readTextFile(files.keyFile),
    },
    cluster: CLUSTER,
    node: NODE,
  });
  const changed = (phase: string): JournalEntry => ({
    kind: "Changed",
    object: web,
    changes: { phase },
  });
  const phase = async (): Promise<string> =>
    (await json(cluster, "/api/v1/namespaces/default/pods/web")).status?.phase;
  const condition = async (type: string): Promise<Json> =>
    (await json(cluster, `/api/v1/nodes/${NODE}`)).status?.conditions?.find(
      (each: Json) => each.type === type,
    );

  await t.step("a change of a pod", async () => {
    await until("the node is connected", () => node.present().then(() => true, () => false));
    await node.batch([node.record(changed("Running"))]);
    await until("the pod runs", async () => await phase() === "Running");
    await until("that is acknowledged", () => Promise.resolve(node.acknowledged.length === 1));
  });

  await t.step("an event, with the time when it happened", async () => {
    const at = Date.now() - 3_600_000;
    const event = {
      ...web,
      type: "Warning",
      reason: "BackOff",
      message: "again",
      fieldPath: "",
    } as const;
    const entry: JournalEntry = { kind: "Event", event, first: 2, firstSeen: at, count: 1 };
    await node.batch([node.record(entry, { at })]);
    await until("it is there", async () => {
      const { items } = await json(cluster, "/api/v1/namespaces/default/events");
      return items.some(({ reason, firstTimestamp }: Json) =>
        reason === "BackOff" && Date.parse(firstTimestamp) === Math.floor(at / 1000) * 1000
      );
    });
  });

  await t.step("the node is alive by its Lease, and marked", async () => {
    await node.state([{
      object: { kind: "Node", namespace: "", name: NODE, uid: "" },
      status: {
        conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "ready" }],
      },
    }]);
    await until("it is Ready", async () => (await condition("Ready"))?.status === "True");
    await until(
      "it is marked",
      async () => (await condition("skerry.dev/RelayedStatus"))?.status === "True",
      { timeoutMs: 40_000 },
    );
    const { metadata } = await json(cluster, `/api/v1/nodes/${NODE}`);
    assert.equal(metadata.annotations["skerry.dev/relayed-by"], "bridge-0");
  });

  const clones = async (): Promise<readonly Json[]> => {
    const { items } = await json(cluster, "/api/v1/namespaces/default/events");
    return items.filter(({ reason }: Json) => reason === "ClonedNode");
  };
  const anotherMachine = () => node.present({ bootId: crypto.randomUUID() });

  await t.step("a second machine with the node's certificate, where kubectl shows it", async () => {
    await anotherMachine();
    await node.present();
    await until("it is told", async () => (await clones()).length === 1);
    const { stdout } = await cluster.kubectl(["describe", "node", NODE]);
    assert.match(stdout, /Warning +ClonedNode .* skerry-bridge +Another machine \(boot ID /);
  });

  await t.step("what is told while the bridge is dead is written by the next one", async () => {
    await bridge.kill();
    const payload = await node.batch([node.record(changed("Failed"))]);
    await bridge.start();
    await until("it is written", async () => {
      await node.publish("journal", payload);
      return await phase() === "Failed";
    }, { timeoutMs: 40_000, intervalMs: 1_000 });
    const before = node.acknowledged.length;
    await node.publish("journal", payload);
    await until(
      "what comes twice is acknowledged",
      () => Promise.resolve(node.acknowledged.length > before),
    );
  });

  await t.step("the next bridge goes on counting the second machine's words", async () => {
    await anotherMachine();
    await until("it counts", async () => {
      await node.present();
      return (await clones()).map(({ count }) => count).join() === "2";
    }, { intervalMs: 1_000 });
  });

  await t.step("a restart of the broker and of the API server loses nothing", async () => {
    await mosquitto.stop();
    await mosquitto.start();
    await cluster.apiServer.stop();
    let payload: Uint8Array | null = null;
    await until("the node is connected again", async () => {
      payload = await node.batch([node.record(changed("Running"))]).catch(() => null);
      return payload !== null;
    }, { timeoutMs: 60_000 });
    await cluster.apiServer.start();
    // As a node does that waits for its acknowledgement.
    await until("it is written", async () => {
      await node.publish("journal", payload ?? assert.fail()).catch(() => {});
      return await phase() === "Running";
    }, { timeoutMs: 60_000, intervalMs: 1_000 });
  });

  await t.step("it shows its health and its metrics", async () => {
    const text = async (path: string): Promise<string> =>
      await (await fetch(`http://127.0.0.1:${pages}${path}`)).text();
    assert.equal(await text("/healthz"), "ok");
    await until("it is ready", async () => await text("/readyz") === "ok");
    assert.match(await text("/metrics"), /skerry_bridge_records_total\{result="Written"\} [1-9]/);
  });
  await node.close();
});
