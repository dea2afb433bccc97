/** What `skerry check` says of a relay over mosquitto, beside a session of the agent that must live on. */
import assert from "node:assert/strict";
import { systemClock } from "../../src/adapters/clock.ts";
import { mqttBroker } from "../../src/adapters/mqtt/broker.ts";
import { parseBrokerUrl } from "../../src/core/broker/broker_url.ts";
import type { Finding } from "../../src/core/node/preflight.ts";
import type { BrokerState } from "../../src/ports/broker.ts";
import { runCommand } from "../fakes/command_line.ts";
import { fakeRandom } from "../fakes/random.ts";
import { temporaryFolder } from "../fakes/temporary_folder.ts";
import { type TestAuthority, testAuthority } from "../fakes/test_pki.ts";
import { kubeconfig } from "../lab/cluster_pki.ts";
import { closedPort } from "../lab/loopback_servers.ts";
import type { LabBroker } from "../lab/lab_broker.ts";
import { startMosquitto } from "../lab/mosquitto.ts";

const user = "system:node:edge-1";
const topic = `skerry/v1/north/${user}/down`;

interface Site extends AsyncDisposable {
  readonly mosquitto: LabBroker;
  /** What check says of the relay, by the names of its lines. */
  check(relay: Readonly<Record<string, unknown>>): Promise<ReadonlyMap<string, Finding>>;
}

async function startSite({ isTrusted = true, hasToken = false } = {}): Promise<Site> {
  const folder = temporaryFolder();
  const cluster = testAuthority("cluster");
  const mosquitto = await startMosquitto({
    dir: folder.path,
    port: closedPort().port,
    ...(isTrusted && { clientAuthority: cluster.certificate }),
  });
  await Deno.writeTextFile(
    `${folder.path}/kube.conf`,
    kubeconfig({
      server: "https://127.0.0.1:1",
      ca: cluster.certificate,
      user: hasToken ? { token: "secret" } : certificateOf(cluster),
    }),
  );
  return {
    mosquitto,
    async check(relay) {
      const config = `${folder.path}/config.yaml`;
      await Deno.writeTextFile(config, skerryConfiguration({ folder: folder.path, relay }));
      const endpoint = ["--container-runtime-endpoint", "unix:///nowhere/containerd.sock"];
      const ran = await runCommand(["check", "-o", "json", "--config", config, ...endpoint]);
      assert.equal(ran.stderr, "");
      const findings: readonly Finding[] = JSON.parse(ran.stdout).findings;
      const ofRelay = findings.filter(({ name }) => name.startsWith("relay "));
      return new Map(ofRelay.map((finding) => [finding.name, finding]));
    },
    async [Symbol.asyncDispose]() {
      await mosquitto[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

function certificateOf(cluster: TestAuthority) {
  const organizations = ["system:nodes"];
  const own = cluster.issue({ commonName: user, organizations, purpose: "client" });
  return { clientCertificate: own.certificate, clientKey: own.key };
}

function skerryConfiguration(
  { folder, relay }: {
    readonly folder: string;
    readonly relay: Readonly<Record<string, unknown>>;
  },
): string {
  return JSON.stringify({
    apiVersion: "config.skerry.dev/v1alpha1",
    kind: "SkerryConfiguration",
    nodeName: "edge-1",
    rootDir: folder,
    kubeconfig: `${folder}/kube.conf`,
    relay: { cluster: "north", ...relay },
  });
}

/** The agent's own session, as it is at the broker. */
function agentSession({ port, caFile, client }: LabBroker) {
  const url = parseBrokerUrl(`mqtts://127.0.0.1:${port}`);
  assert(url.ok);
  const settings = {
    brokers: [url.value],
    caFile,
    ...client(user),
    keepAliveMs: 30_000,
    maxMessageBytes: 65_536,
  };
  const states: BrokerState["kind"][] = [];
  const connected = Promise.withResolvers<void>();
  const link = mqttBroker(settings, { clock: systemClock(), random: fakeRandom() }).open({
    clientId: user,
    sessionExpirySeconds: 60,
    subscriptions: [topic],
    onMessage: () => Promise.resolve(),
    onState(state) {
      states.push(state.kind);
      connected.resolve();
    },
  });
  return { states, connected: connected.promise, [Symbol.asyncDispose]: () => link.close() };
}

Deno.test("a broker that takes the node passes, and the agent's session lives on", async () => {
  await using site = await startSite();
  const { port, caFile } = site.mosquitto;
  await using agent = agentSession(site.mosquitto);
  await agent.connected;
  const broker = `mqtts://127.0.0.1:${port}`;
  const findings = await site.check({ brokers: [broker], caFile });
  assert.deepEqual([...findings.values()].map(({ verdict }) => verdict), ["ok", "ok", "ok"]);
  assert.match(findings.get("relay certificate")?.detail ?? "", /^CN=system:node:edge-1, good/);
  assert.deepEqual(agent.states, ["Connected"]);
  const log = await site.mosquitto.log();
  assert.match(log, /New client connected .* as system:node:edge-1\/check /);
  assert.match(log, /Client system:node:edge-1\/check .*disconnected/);
});

Deno.test("brokers that do not take the node are told apart, each with its way out", async () => {
  await using site = await startSite();
  const { port, caFile } = site.mosquitto;
  const stranger = `${caFile}.other`;
  await Deno.writeTextFile(stranger, testAuthority("stranger").certificate);
  const closed = `mqtts://127.0.0.1:${closedPort().port}`;
  const open = `mqtts://127.0.0.1:${port}`;
  const findings = await site.check({ brokers: [open, closed], caFile: stranger });
  const ofOpen = findings.get(`relay broker ${open}`);
  assert.match(ofOpen?.detail ?? "", /^TLS: its certificate is not signed by an authority of/);
  assert.match(ofOpen?.fix ?? "", /relay\.caFile/);
  const ofClosed = findings.get(`relay broker ${closed}`);
  assert.match(ofClosed?.detail ?? "", /^network: Connection refused/);
  assert.match(ofClosed?.fix ?? "", /start the broker/);
  assert.equal(findings.get("relay certificate")?.verdict, "ok");
});

Deno.test("a broker that does not believe the node's authority is told of", async () => {
  await using site = await startSite({ isTrusted: false });
  const { port, caFile } = site.mosquitto;
  const broker = `mqtts://127.0.0.1:${port}`;
  const finding = (await site.check({ brokers: [broker], caFile })).get(`relay broker ${broker}`);
  assert.match(finding?.detail ?? "", /^MQTT: it refuses our certificate/);
  assert.match(finding?.fix ?? "", /mosquitto\.conf/);
});

Deno.test("a node with a token alone cannot relay", async () => {
  await using site = await startSite({ hasToken: true });
  const { port, caFile } = site.mosquitto;
  const findings = await site.check({ brokers: [`mqtts://127.0.0.1:${port}`], caFile });
  const [certificate, bridges, broker] = [...findings.values()];
  assert.match(certificate?.detail ?? "", /no client certificate/);
  assert.match(certificate?.fix ?? "", /a token alone cannot relay/);
  assert.equal(bridges?.verdict, "ok");
  assert.match(broker?.detail ?? "", /^credentials: .*no client certificate/);
});

Deno.test("without a broker nothing is said of the relay", async () => {
  await using site = await startSite();
  assert.equal((await site.check({})).size, 0);
});
