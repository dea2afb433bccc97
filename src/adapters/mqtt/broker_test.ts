/** The client against brokers that misbehave. */
import assert from "node:assert/strict";
import type { Packet } from "mqtt-packet";
import { type FakeClock, fakeClock } from "../../../tests/fakes/clock.ts";
import { accepted, type MqttClientSeen, mqttServer } from "../../../tests/fakes/mqtt_server.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { closedPort } from "../../../tests/lab/loopback_servers.ts";
import { parseBrokerUrl } from "../../core/broker/broker_url.ts";
import type { BrokerLink, BrokerSession, BrokerState } from "../../ports/broker.ts";
import { Failed, Unavailable } from "../../ports/errors.ts";
import { mqttBroker } from "./broker.ts";
import type { BrokerSettings } from "./settings.ts";

interface Opened extends AsyncDisposable {
  readonly link: BrokerLink;
  readonly clock: FakeClock;
  state(): Promise<BrokerState>;
}

function open(
  ports: readonly number[],
  options: { settings?: Partial<BrokerSettings>; session?: Partial<BrokerSession> } = {},
): Opened {
  const clock = fakeClock();
  const states: BrokerState[] = [];
  let wake = (): void => {};
  const brokers = ports.map((port) => {
    const parsed = parseBrokerUrl(`mqtt://127.0.0.1:${port}`);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  });
  const settings = { brokers, keepAliveMs: 30_000, maxMessageBytes: 1_000, ...options.settings };
  const link = mqttBroker(settings, { clock, random: fakeRandom() }).open({
    clientId: "client",
    sessionExpirySeconds: 60,
    subscriptions: [],
    onMessage: () => Promise.resolve(),
    onState(state) {
      states.push(state);
      wake();
    },
    ...options.session,
  });
  return {
    link,
    clock,
    async state() {
      while (states.length === 0) await new Promise<void>((resolve) => wake = resolve);
      return states.shift()!;
    },
    [Symbol.asyncDispose]: () => link.close(),
  };
}

const reasonOf = (state: BrokerState): string => state.kind === "Away" ? state.reason : "";
const sends = (kind: Packet["cmd"], answer: Packet) => (packet: Packet, client: MqttClientSeen) => {
  if (packet.cmd === kind) client.send(answer);
};
const connack = (reasonCode: number, serverReference?: string): Packet =>
  ({
    cmd: "connack",
    reasonCode,
    sessionPresent: false,
    ...(serverReference && { properties: { serverReference } }),
  }) as Packet;

Deno.test("brokers are tried in their order, without a pause, and then from the first after one", async () => {
  await using good = await mqttServer(sends("connect", accepted));
  await using opened = open([closedPort().port, good.port]);
  assert.match(reasonOf(await opened.state()), /refused/);
  const state = await opened.state();
  assert.equal(state.kind, "Connected");
  good.clients[0]!.end();
  assert.match(reasonOf(await opened.state()), /closed|lost|reset/);
  await opened.clock.settle();
  assert.equal(opened.clock.nextTimerMs, 800);
  await opened.clock.advance(800);
  assert.match(reasonOf(await opened.state()), /refused/);
  assert.equal((await opened.state()).kind, "Connected");
});

Deno.test("the pauses double up to half a minute", async () => {
  await using opened = open([closedPort().port]);
  for (const pause of [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]) {
    assert.match(reasonOf(await opened.state()), /refused/);
    await opened.clock.settle();
    assert.equal(opened.clock.nextTimerMs, pause);
    await opened.clock.advance(pause);
  }
});

Deno.test("we go where a broker sends us, if it is one of ours", async () => {
  await using third = await mqttServer(sends("connect", accepted));
  await using second = await mqttServer(sends("connect", accepted));
  await using first = await mqttServer(
    sends("connect", connack(0x9d, `127.0.0.1:${third.port}`)),
  );
  await using opened = open([first.port, second.port, third.port]);
  assert.match(reasonOf(await opened.state()), /Server moved/);
  const state = await opened.state();
  assert.equal(state.broker, `mqtt://127.0.0.1:${third.port}`);
  third.clients[0]!.send({
    cmd: "disconnect",
    reasonCode: 0x9c,
    properties: { serverReference: `127.0.0.1:${second.port}` },
  } as Packet);
  third.clients[0]!.end();
  assert.match(reasonOf(await opened.state()), /sends us to another/);
  assert.equal((await opened.state()).broker, `mqtt://127.0.0.1:${second.port}`);
});

Deno.test("we do not go to a stranger, and not in circles", async () => {
  await using stranger = await mqttServer(sends("connect", accepted));
  await using one = await mqttServer((packet, client) => {
    if (packet.cmd === "connect") client.send(connack(0x9d, `127.0.0.1:${stranger.port}`));
  });
  await using two = await mqttServer((packet, client) => {
    if (packet.cmd === "connect") client.send(connack(0x9c, `127.0.0.1:${one.port}`));
  });
  await using opened = open([one.port, two.port]);
  await opened.state();
  await opened.state();
  await opened.clock.settle();
  assert.equal(opened.clock.nextTimerMs, 800);
  assert.deepEqual([one.clients.length, two.clients.length, stranger.clients.length], [1, 1, 0]);
});

Deno.test("a broker that says nothing is given up", async () => {
  await using silent = await mqttServer(() => {});
  await using opened = open([silent.port], { settings: { connectTimeoutMs: 50 } });
  assert.match(reasonOf(await opened.state()), /timeout|timed out/i);
});

Deno.test("a broker that refuses us says why", async () => {
  await using server = await mqttServer(sends("connect", connack(0x87)));
  await using opened = open([server.port]);
  assert.match(reasonOf(await opened.state()), /Not authorized/);
});

Deno.test("a refused subscription is told of", async () => {
  await using server = await mqttServer((packet, client) => {
    if (packet.cmd === "connect") client.send(accepted);
    if (packet.cmd !== "subscribe") return;
    client.send({ cmd: "suback", messageId: packet.messageId!, granted: [0x87] } as Packet);
  });
  await using opened = open([server.port], { session: { subscriptions: ["a/b"] } });
  assert.match(reasonOf(await opened.state()), /subscribe a\/b.*Not authorized/);
});

Deno.test("a packet that announces too much ends the connection before it has come", async () => {
  await using server = await mqttServer(sends("connect", accepted));
  await using opened = open([server.port]);
  assert.equal((await opened.state()).kind, "Connected");
  server.clients[0]!.sendBytes(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
  assert.match(reasonOf(await opened.state()), /268435455 bytes, more than/);
});

Deno.test("rubbish instead of MQTT ends the connection", async () => {
  await using server = await mqttServer((_packet, client) =>
    client.sendBytes(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"))
  );
  await using opened = open([server.port]);
  assert.equal((await opened.state()).kind, "Away");
});

Deno.test("a message without an answer fails with the connection, and is not sent again", async () => {
  await using server = await mqttServer(sends("connect", accepted));
  await using opened = open([server.port]);
  await opened.state();
  const publishing = opened.link.publish({ topic: "a", payload: Uint8Array.of(1) });
  const failed = assert.rejects(publishing, Unavailable);
  while (!server.clients[0]!.packets.some(({ cmd }) => cmd === "publish")) {
    await opened.clock.settle();
  }
  server.clients[0]!.end();
  await failed;
  await opened.state();
  await opened.clock.settle();
  await opened.clock.advance(800);
  assert.equal((await opened.state()).kind, "Connected");
  assert.deepEqual(server.clients[1]!.packets.map(({ cmd }) => cmd), ["connect"]);
});

Deno.test("a broker whose disk or quota is full is told of", async () => {
  await using server = await mqttServer((packet, client) => {
    if (packet.cmd === "connect") client.send(accepted);
    if (packet.cmd !== "publish") return;
    client.send({ cmd: "puback", messageId: packet.messageId!, reasonCode: 0x97 } as Packet);
  });
  await using opened = open([server.port]);
  await opened.state();
  const publishing = opened.link.publish({ topic: "a", payload: Uint8Array.of(1) });
  await assert.rejects(
    publishing,
    (error) => error instanceof Failed && /Quota exceeded/.test(error.message),
  );
});

Deno.test("the topic is sent once where the broker knows aliases", async () => {
  await using server = await mqttServer((packet, client) => {
    if (packet.cmd === "connect") {
      client.send({ ...accepted, properties: { topicAliasMaximum: 5 } } as Packet);
    }
    if (packet.cmd !== "publish") return;
    client.send({ cmd: "puback", messageId: packet.messageId!, reasonCode: 0 } as Packet);
  });
  await using opened = open([server.port]);
  await opened.state();
  for (let each = 0; each < 2; each++) {
    await opened.link.publish({ topic: "a/long/topic", payload: Uint8Array.of(1) });
  }
  const topics = server.clients[0]!.packets.filter((packet) => packet.cmd === "publish")
    .map(({ topic }) => topic);
  assert.deepEqual(topics, ["a/long/topic", ""]);
});

Deno.test("no more is on its way than the broker takes at once", async () => {
  await using server = await mqttServer((packet, client) => {
    if (packet.cmd === "connect") {
      client.send({ ...accepted, properties: { receiveMaximum: 2 } } as Packet);
    }
  });
  await using opened = open([server.port]);
  await opened.state();
  const payload = Uint8Array.of(1);
  const all = [1, 2, 3].map((id) => opened.link.publish({ topic: `t${id}`, payload }));
  const outcome = Promise.allSettled(all);
  const client = server.clients[0]!;
  const sent = () => client.packets.filter((packet) => packet.cmd === "publish");
  while (sent().length < 2) await opened.clock.settle();
  await opened.clock.settle();
  assert.equal(sent().length, 2);
  client.send({ cmd: "puback", messageId: sent()[0]!.messageId!, reasonCode: 0 } as Packet);
  while (sent().length < 3) await opened.clock.settle();
  client.end();
  assert.deepEqual((await outcome).map(({ status }) => status), [
    "fulfilled",
    "rejected",
    "rejected",
  ]);
});
