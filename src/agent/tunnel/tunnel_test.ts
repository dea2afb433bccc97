/** Tunnels to servers that come, go, say nothing and say too much, on a fake clock. */
import assert from "node:assert/strict";
import { type FakeClock, fakeClock } from "../../../tests/fakes/clock.ts";
import { type FakeLog, fakeLog } from "../../../tests/fakes/log.ts";
import { metricValues } from "../../../tests/fakes/metric_values.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import {
  type FakeDialer,
  fakeDialer,
  type FakeServer,
  type FakeServers,
  fakeTunnelServers,
} from "../../../tests/fakes/tunnel_server.ts";
import { createAgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { mostUnread, pauseAbove } from "../../core/tunnel/flow.ts";
import type { SentMessage } from "../../core/tunnel/message.ts";
import { createTunnel } from "./tunnel.ts";
import { mostStreams, type RefusedDial } from "./tunnel_streams.ts";

interface Setup extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly log: FakeLog;
  readonly servers: FakeServers;
  readonly kubelet: FakeDialer;
  readonly refused: readonly RefusedDial[];
  metric(name: string): number | undefined;
  hold(...servers: string[]): Promise<void>;
  /** The newest websocket. */
  server(): FakeServer;
}

function setup(): Setup {
  const clock = fakeClock();
  const log = fakeLog();
  const servers = fakeTunnelServers();
  const kubelet = fakeDialer();
  const metrics = createAgentMetrics();
  const refused: RefusedDial[] = [];
  const stopping = new AbortController();
  let held: readonly string[] = [];
  let notice = (): void => {};
  let certificates = 0;
  const tunnel = createTunnel({
    servers: {
      current: () => held,
      onChange(told) {
        notice = told;
        return { [Symbol.dispose]: () => void (notice = () => {}) };
      },
    },
    identity: () => ({ certificate: `certificate ${++certificates}`, key: "key" }),
    authority: () => "authority",
    kubeletPort: 10_250,
    sockets: servers,
    dialer: kubelet,
    clock,
    random: fakeRandom(),
    log,
    metrics: metrics.tunnel,
    onRefused: (dial) => refused.push(dial),
  });
  const running = tunnel.run(stopping.signal);
  return {
    clock,
    log,
    servers,
    kubelet,
    refused,
    metric: (name) => metricValues(metrics).get(name),
    async hold(...next) {
      held = next;
      notice();
      await clock.settle();
    },
    server: () => servers.opened.at(-1)!,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
      assert.equal(clock.pendingTimers, 0, "every timer was cancelled");
    },
  };
}

const connect = (connection: bigint): SentMessage => ({
  kind: "Connect",
  connection,
  protocol: "tcp",
  address: "127.0.0.1:10250",
});
const data = (connection: bigint, ...bytes: number[]): SentMessage => ({
  kind: "Data",
  connection,
  bytes: Uint8Array.from(bytes),
});
const error = (connection: bigint, text: string): SentMessage => ({
  kind: "Error",
  connection,
  text,
});

Deno.test("bytes go both ways, and the end of the kubelet's answer ends the connection", async () => {
  await using given = setup();
  await given.hold("a:6443");
  const server = given.server();
  assert.equal(server.target.url, "wss://a:6443/v1-k3s/connect");
  server.say(connect(3n), data(3n, 1, 2));
  await given.clock.settle();
  const [kubelet] = given.kubelet.dialled;
  assert.deepEqual(kubelet!.target, { host: "127.0.0.1", port: 10_250 });
  assert.deepEqual(kubelet!.taken, [Uint8Array.of(1, 2)]);
  kubelet!.say(Uint8Array.of(3));
  kubelet!.end();
  await given.clock.settle();
  assert.deepEqual(server.heard, [data(3n, 3), error(3n, "EOF")]);
  assert.equal(kubelet!.isOpen, false);
  server.say(data(3n, 9));
  await given.clock.settle();
  assert.deepEqual(server.heard.at(-1), error(3n, "connection not found"));
});

Deno.test("what a server sent before it ended a connection reaches the kubelet, for half a minute", async () => {
  await using given = setup();
  await given.hold("a:6443");
  const server = given.server();
  server.say(connect(1n), connect(2n));
  await given.clock.settle();
  const [quick, slow] = given.kubelet.dialled;
  quick!.takes = false;
  slow!.takes = false;
  server.say(data(1n, 1), error(1n, "EOF"), data(2n, 2), error(2n, "EOF"));
  await given.clock.advance(1_000);
  quick!.takes = true;
  await given.clock.settle();
  assert.deepEqual([quick!.taken.length, quick!.isOpen, slow!.isOpen], [1, false, true]);
  await given.clock.advance(29_000);
  assert.deepEqual([slow!.taken.length, slow!.isOpen], [0, false]);
  assert.deepEqual(server.heard, []);
});

Deno.test("anything but the kubelet's port is refused and recorded, and the tunnel goes on", async () => {
  await using given = setup();
  await given.hold("a:6443");
  const server = given.server();
  server.say({ kind: "Connect", connection: 1n, protocol: "tcp", address: "10.0.0.1:22" });
  await given.clock.settle();
  const reason = "connect not allowed: only this node's kubelet port on loopback may be dialled";
  assert.deepEqual(server.heard, [error(1n, reason)]);
  assert.deepEqual(given.refused, [{ server: "a:6443", target: "tcp/10.0.0.1:22", reason }]);
  assert.deepEqual([server.isOpen, given.kubelet.dialled.length], [true, 0]);
  assert.equal(given.metric('skerry_tunnel_finished_streams_total{result="Refused"}'), 1);
});

Deno.test("a kubelet that takes no connection is told to the server", async () => {
  await using given = setup();
  given.kubelet.refuse = "connection refused";
  await given.hold("a:6443");
  given.server().say(connect(1n));
  await given.clock.settle();
  assert.deepEqual(given.server().heard, [error(1n, "connection refused")]);
});

Deno.test("so many connections are taken and no more", async () => {
  await using given = setup();
  await given.hold("a:6443");
  for (let each = 0; each <= mostStreams; each++) given.server().say(connect(BigInt(each)));
  await given.clock.settle();
  assert.equal(given.kubelet.dialled.length, mostStreams);
  assert.deepEqual(given.server().heard.map(({ kind }) => kind), ["Error"]);
});

Deno.test("a server is paused while the kubelet takes nothing, and resumed when it does", async () => {
  await using given = setup();
  await given.hold("a:6443");
  const server = given.server();
  server.say(connect(1n));
  await given.clock.settle();
  const [kubelet] = given.kubelet.dialled;
  kubelet!.takes = false;
  server.say({ kind: "Data", connection: 1n, bytes: new Uint8Array(pauseAbove) });
  await given.clock.settle();
  assert.deepEqual(server.heard, [{ kind: "Pause", connection: 1n }]);
  kubelet!.takes = true;
  await given.clock.settle();
  assert.deepEqual(server.heard.slice(1), [{ kind: "Resume", connection: 1n }]);
});

Deno.test("a server that does not pause has the connection ended after a second, and no other one", async () => {
  await using given = setup();
  await given.hold("a:6443");
  const server = given.server();
  server.say(connect(1n), connect(2n));
  await given.clock.settle();
  const [stalled, other] = given.kubelet.dialled;
  stalled!.takes = false;
  server.say({ kind: "Data", connection: 1n, bytes: new Uint8Array(mostUnread) }, data(2n, 5));
  await given.clock.advance(999);
  assert.deepEqual(other!.taken, []);
  await given.clock.advance(1);
  assert.deepEqual([stalled!.isOpen, other!.taken.length], [false, 1]);
  const text = "the node holds too much that its kubelet has not taken";
  assert.deepEqual(server.heard.at(-1), error(1n, text));
});

Deno.test("while a server pauses us one piece is sent, and one is held", async () => {
  await using given = setup();
  await given.hold("a:6443");
  const server = given.server();
  server.say(connect(1n), { kind: "Pause", connection: 1n });
  await given.clock.settle();
  const [kubelet] = given.kubelet.dialled;
  for (const byte of [1, 2, 3]) kubelet!.say(Uint8Array.of(byte));
  await given.clock.settle();
  assert.deepEqual(server.heard, [{ kind: "Pause", connection: 1n }, data(1n, 1)]);
  server.say({ kind: "Resume", connection: 1n });
  await given.clock.settle();
  assert.deepEqual(server.heard.slice(2), [
    { kind: "Resume", connection: 1n },
    data(1n, 2),
    data(1n, 3),
  ]);
});

Deno.test("connections that a server does not list any more are ended without a word", async () => {
  await using given = setup();
  await given.hold("a:6443");
  given.server().say(connect(1n), connect(2n));
  await given.clock.settle();
  given.server().say({ kind: "SyncConnections", connections: [2n] });
  await given.clock.settle();
  assert.deepEqual(given.kubelet.dialled.map(({ isOpen }) => isOpen), [false, true]);
  assert.deepEqual(given.server().heard, []);
});

Deno.test("an idle tunnel sends a ping each 25 s; the connections are told of when they have changed and all is quiet", async () => {
  await using given = setup();
  await given.hold("a:6443");
  const server = given.server();
  assert.equal(server.pings, 1);
  await given.clock.advance(50_000);
  assert.deepEqual([server.pings, server.heard], [3, []]);
  server.say(connect(2n), connect(1n));
  await given.clock.advance(25_000);
  assert.deepEqual(server.heard, []);
  await given.clock.advance(25_000);
  assert.deepEqual(server.heard, [{ kind: "SyncConnections", connections: [1n, 2n] }]);
  await given.clock.advance(100_000);
  assert.equal(server.heard.length, 1);
});

Deno.test("a server that says nothing more is given up, and asked again", async () => {
  await using given = setup();
  await given.hold("a:6443");
  const first = given.server();
  first.say(connect(1n));
  first.answersPings = false;
  await given.clock.advance(50_000);
  assert.equal(first.isOpen, false);
  assert.equal(given.kubelet.dialled[0]!.isOpen, false);
  assert.equal(given.metric("skerry_tunnel_connected_servers"), 0);
  await given.clock.advance(800);
  assert.equal(given.servers.opened.length, 2);
  assert.equal(given.server().target.identity.certificate, "certificate 2");
  assert.equal(given.metric("skerry_tunnel_outages_total"), 1);
  assert.equal(given.metric('skerry_tunnel_finished_streams_total{result="Broken"}'), 1);
});

Deno.test("the pauses double while a server takes nobody, and a person is told once", async () => {
  await using given = setup();
  given.servers.refuse = "401 Unauthorized";
  await given.hold("a:6443");
  for (const pause of [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]) {
    assert.equal(given.clock.nextTimerMs, pause);
    await given.clock.advance(pause);
  }
  assert.equal(given.log.messages("warn").length, 1);
  assert.match(String(given.log.records[0]!.fields["err"]), /401 Unauthorized/);
  given.servers.refuse = null;
  await given.clock.advance(30_000);
  assert.equal(given.server().isOpen, true);
  assert.deepEqual(given.log.messages("info"), ["The tunnel is open"]);
});

Deno.test("a server that does not answer is given up after 20 s", async () => {
  await using given = setup();
  given.servers.refuse = "silence";
  await given.hold("a:6443");
  await given.clock.advance(20_000);
  assert.match(String(given.log.records[0]!.fields["err"]), /did not answer within 20 s/);
});

Deno.test("a message that is none ends the tunnel, and so does a connection's number that is used again", async () => {
  await using given = setup();
  await given.hold("a:6443");
  given.server().sayBytes(Uint8Array.of(1));
  await given.clock.settle();
  assert.equal(given.servers.opened[0]!.isOpen, false);
  await given.clock.advance(800);
  given.server().say(connect(1n), connect(1n));
  await given.clock.settle();
  assert.equal(given.servers.opened[1]!.isOpen, false);
});

Deno.test("the list is followed, and an empty one is not believed", async () => {
  await using given = setup();
  await given.hold("a:6443", "b:6443");
  const open = () =>
    given.servers.opened.filter(({ isOpen }) => isOpen).map(({ target }) => target.url);
  assert.deepEqual(open(), ["wss://a:6443/v1-k3s/connect", "wss://b:6443/v1-k3s/connect"]);
  assert.equal(given.metric("skerry_tunnel_servers"), 2);
  given.servers.opened[0]!.say(connect(1n));
  await given.hold("c:6443", "b:6443");
  assert.deepEqual(open(), ["wss://b:6443/v1-k3s/connect", "wss://c:6443/v1-k3s/connect"]);
  await given.hold();
  assert.equal(open().length, 2);
  assert.equal(given.metric("skerry_tunnel_connected_servers"), 2);
  assert.equal(given.metric("skerry_tunnel_outages_total"), 0);
});
