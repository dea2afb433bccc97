/** How far we come with brokers of all kinds, and that nothing of us stays there. */
import assert from "node:assert/strict";
import type { Packet } from "mqtt-packet";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { accepted, type MqttClientSeen, mqttServer } from "../../../tests/fakes/mqtt_server.ts";
import { testAuthority } from "../../../tests/fakes/test_pki.ts";
import { closedPort } from "../../../tests/lab/loopback_servers.ts";
import { type BrokerUrl, parseBrokerUrl } from "../../core/broker/broker_url.ts";
import type { BrokerSettings } from "./settings.ts";
import { tryBroker } from "./try_broker.ts";

function urlOf(text: string): BrokerUrl {
  const parsed = parseBrokerUrl(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

function trying(text: string, options: Partial<BrokerSettings> = {}) {
  const clock = fakeClock();
  const settings = { brokers: [], keepAliveMs: 30_000, maxMessageBytes: 1_000, ...options };
  const trial = {
    settings,
    clientId: "me/check",
    subscription: "me/down",
    timeoutMs: 5_000,
    clock,
  };
  return { clock, outcome: tryBroker(urlOf(text), trial) };
}

const answers =
  (packets: Partial<Record<Packet["cmd"], Packet>>) =>
  (packet: Packet, client: MqttClientSeen): void => {
    const answer = packets[packet.cmd];
    if (answer === undefined) return;
    const { messageId } = packet;
    client.send({ ...answer, ...(messageId !== undefined && { messageId }) } as Packet);
  };
const granted = { cmd: "suback", granted: [1] } as Packet;
const forbidden = { cmd: "suback", granted: [0x87] } as Packet;
const refused = (reasonCode: number): Packet => ({ ...accepted, reasonCode }) as Packet;

Deno.test("where the broker lets us, nothing of us stays", async () => {
  await using broker = await mqttServer(answers({ connect: accepted, subscribe: granted }));
  const { clock, outcome } = trying(`mqtt://127.0.0.1:${broker.port}`);
  assert.equal(await outcome, null);
  assert.equal(clock.pendingTimers, 0);
  const [connect, subscribe] = broker.clients[0]!.packets;
  assert(connect?.cmd === "connect" && subscribe?.cmd === "subscribe");
  assert.equal(connect.clientId, "me/check");
  assert.equal(connect.properties?.sessionExpiryInterval ?? 0, 0);
  assert.equal(connect.will, undefined);
  assert.deepEqual(subscribe.subscriptions.map(({ topic }) => topic), ["me/down"]);
});

Deno.test("a closed port is told from a name that nobody knows", async () => {
  const closed = await trying(`mqtt://127.0.0.1:${closedPort().port}`).outcome;
  assert.deepEqual([closed?.stage, closed?.cause], ["Network", "Refused"]);
  const socket = await trying(`wss://127.0.0.1:${closedPort().port}/mqtt`).outcome;
  assert.deepEqual([socket?.stage, socket?.cause], ["Network", "Refused"]);
  const unknown = await trying("mqtts://broker.invalid").outcome;
  assert.deepEqual([unknown?.stage, unknown?.cause], ["Network", "NameUnknown"]);
});

for (const scheme of ["mqtts", "wss"] as const) {
  Deno.test(`a broker of an authority that is not known: ${scheme}`, async () => {
    const { certificate: cert, key } = testAuthority("stranger").issue({
      commonName: "broker",
      purpose: "server",
    });
    const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
    const serving = serve(listener);
    const problem = await trying(`${scheme}://127.0.0.1:${listener.addr.port}`).outcome;
    assert.deepEqual([problem?.stage, problem?.cause], ["Tls", "UnknownAuthority"]);
    listener.close();
    await serving;
  });
}

/** Takes connections until the listener is closed, and ends them when TLS has failed. */
async function serve(listener: Deno.TlsListener): Promise<void> {
  for await (const connection of listener) {
    await connection.handshake().catch(() => {});
    connection.close();
  }
}

for (
  const [code, cause] of [[0x85, "ClientIdRefused"], [0x86, "BadLogin"], [
    0x87,
    "NotAuthorized",
  ]] as const
) {
  Deno.test(`a session that is refused: ${cause}`, async () => {
    await using broker = await mqttServer(answers({ connect: refused(code) }));
    const problem = await trying(`mqtt://127.0.0.1:${broker.port}`).outcome;
    assert.deepEqual([problem?.stage, problem?.cause], ["Session", cause]);
  });
}

Deno.test("a subscription that is refused", async () => {
  await using broker = await mqttServer(answers({ connect: accepted, subscribe: forbidden }));
  const problem = await trying(`mqtt://127.0.0.1:${broker.port}`).outcome;
  assert.deepEqual([problem?.stage, problem?.cause], ["Subscription", "NotAuthorized"]);
});

for (
  const [stage, last, packets] of [
    ["Session", "connect", {}],
    ["Subscription", "subscribe", { connect: accepted }],
  ] as const
) {
  Deno.test(`a broker that falls silent is given up in time: ${stage}`, async () => {
    await using broker = await mqttServer(answers(packets));
    const { clock, outcome } = trying(`mqtt://127.0.0.1:${broker.port}`);
    while (!broker.clients[0]?.packets.some(({ cmd }) => cmd === last)) await clock.settle();
    await clock.advance(5_000);
    assert.deepEqual(await outcome, { stage, cause: "Other", reason: "no answer within 5 s" });
  });
}

for (const [scheme, stage] of [["mqtts", "Tls"], ["ws", "WebSocket"]] as const) {
  Deno.test(`a server that says nothing is given up in time: ${stage}`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { clock, outcome } = trying(`${scheme}://127.0.0.1:${listener.addr.port}`);
    using connection = await listener.accept();
    await connection.read(new Uint8Array(1));
    await clock.advance(5_000);
    assert.deepEqual(await outcome, { stage, cause: "Other", reason: "no answer within 5 s" });
  });
}

Deno.test("a file that cannot be read is named, and nobody is connected to", async () => {
  await using broker = await mqttServer(answers({}));
  const { outcome } = trying(`mqtt://127.0.0.1:${broker.port}`, { caFile: "/nowhere/ca.crt" });
  const problem = await outcome;
  assert.equal(problem?.stage, "Credentials");
  assert.match(problem?.reason ?? "", /relay\.caFile: cannot read \/nowhere\/ca\.crt/);
  assert.equal(broker.clients.length, 0);
});
