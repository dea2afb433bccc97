/** The tunnel against the real module at its other end: through HTTP CONNECT, as an egress selector uses it. */
import assert from "node:assert/strict";
import { digest, pattern } from "../../fakes/byte_pattern.ts";
import { waitUntil } from "../../lab/processes.ts";
import { tcpRelay } from "../../lab/tcp_relay.ts";
import { does, type TunnelSite, tunnelSite } from "./tunnel_site.ts";

const megabyte = 1024 * 1024;
const addressOf = ({ port }: { readonly port: number }): string => `127.0.0.1:${port}`;

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

async function readAll(conn: Deno.Conn, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await conn.read(bytes.subarray(at));
    if (count === null) throw new Error(`the connection ended after ${at} of ${length} bytes`);
    at += count;
  }
  return bytes;
}

/** Sends the bytes and gets them back, at the same time. */
async function echo(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  const [, back] = await Promise.all([
    writeAll(conn, Uint8Array.of(does.echo)).then(() => writeAll(conn, bytes)),
    readAll(conn, bytes.length),
  ]);
  assert.equal(await digest(back), await digest(bytes));
}

async function echoThrough(site: TunnelSite, bytes: Uint8Array): Promise<void> {
  using conn = await site.reach();
  await echo(conn, bytes);
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  assert.ok(await waitUntil(isTrue, { timeoutMs: 15_000 }), what);
}

function pausesBy(site: TunnelSite, by: "Node" | "Server"): number {
  return site.metric(`skerry_tunnel_pauses_total{by="${by}"}`) ?? 0;
}

/** Writes until somebody closes the connection; `bytes` is what was taken. */
function writeOn(conn: Deno.Conn): { bytes: number } {
  const taken = { bytes: 0 };
  const write = async (): Promise<void> => {
    for (;;) taken.bytes += await conn.write(new Uint8Array(65_536));
  };
  write().catch(() => {});
  return taken;
}

/** Waits until the number has not changed for two seconds. */
async function untilStill(read: () => number): Promise<number> {
  for (let before = -1; before !== read();) {
    before = read();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  return read();
}

Deno.test("10 MB come back exactly, and both ends of the connection end", async () => {
  await using site = await tunnelSite();
  site.hold(site.servers.map(addressOf));
  await echoThrough(site, pattern(10 * megabyte));
  await until("the kubelet's end is closed", () => site.kubelet.open === 0);
  await until("nothing is counted as open", () => site.metric("skerry_tunnel_streams") === 0);
  assert.equal(site.metric('skerry_tunnel_bytes_total{direction="ToServer"}'), 10 * megabyte);
  assert.equal(site.metric('skerry_tunnel_bytes_total{direction="FromServer"}'), 10 * megabyte + 1);
  assert.equal(site.metric('skerry_tunnel_finished_streams_total{result="Closed"}'), 1);
});

Deno.test("a connection that is busy both ways does not stand still, however much there is", async () => {
  await using site = await tunnelSite();
  site.hold(site.servers.map(addressOf));
  await echoThrough(site, pattern(48 * megabyte));
});

Deno.test("100 connections at once go through one tunnel", async () => {
  await using site = await tunnelSite();
  site.hold(site.servers.map(addressOf));
  const bytes = pattern(megabyte / 4);
  await Promise.all(Array.from({ length: 100 }, () => echoThrough(site, bytes)));
  assert.deepEqual(site.servers[0]!.lines.filter((line) => line.startsWith("session")).length, 1);
});

Deno.test("one connection whose reader stands still holds up no other, and holds no more than it may", async () => {
  await using site = await tunnelSite();
  site.hold(site.servers.map(addressOf));
  const bytes = pattern(megabyte / 4);
  const others = (): Promise<unknown> =>
    Promise.all(Array.from({ length: 98 }, () => echoThrough(site, bytes)));
  // What a crowd costs by itself is no news.
  await others();
  using toNode = await site.reach();
  using toServer = await site.reach();
  const before = Deno.memoryUsage().rss;
  await writeAll(toNode, Uint8Array.of(does.nothing));
  await writeAll(toServer, Uint8Array.of(does.flood));
  const taken = writeOn(toNode);
  await others();
  await until("the server is paused", () => pausesBy(site, "Node") > 0);
  await until("the node is paused", () => pausesBy(site, "Server") > 0);
  const held = await untilStill(() => taken.bytes + site.kubelet.flooded);
  // Sockets hold some, and the server, which reads on until its word of pause has come through beside the others' bytes.
  assert.ok(held < 512 * megabyte, `${held} bytes were taken though nobody reads`);
  const grown = Deno.memoryUsage().rss - before;
  assert.ok(grown < 128 * megabyte, `memory grew by ${grown} bytes`);
  await echoThrough(site, pattern(megabyte));
});

Deno.test("what was paused goes on when its reader does", async () => {
  await using site = await tunnelSite();
  site.hold(site.servers.map(addressOf));
  using conn = await site.reach();
  await writeAll(conn, Uint8Array.of(does.flood));
  await until("the server pauses", () => pausesBy(site, "Server") > 0);
  await readAll(conn, 100 * megabyte);
});

Deno.test("a server that wants to reach something else is refused, and told so in the record", async () => {
  await using site = await tunnelSite();
  site.hold(site.servers.map(addressOf));
  await echoThrough(site, pattern(1_024));
  const [server] = site.servers;
  for (const target of ["10.0.0.1:22", "127.0.0.1:22", `localhost:${site.kubelet.port}`]) {
    using conn = (await server!.connect(target))!;
    assert.equal(await conn.read(new Uint8Array(1)).catch(() => null), null);
  }
  assert.deepEqual(site.refused[0], {
    server: addressOf(server!),
    target: "tcp/10.0.0.1:22",
    reason: "connect not allowed: only this node's kubelet port on loopback may be dialled",
  });
  assert.equal(site.refused.length, 3);
  await until(
    "the server is told why",
    () => server!.lines.some((line) => line.includes("connect not allowed")),
  );
  await echoThrough(site, pattern(1_024));
});

Deno.test("a kubelet that is not there is told to the server", async () => {
  await using site = await tunnelSite();
  site.hold(site.servers.map(addressOf));
  await echoThrough(site, pattern(1_024));
  await site.kubelet[Symbol.asyncDispose]();
  using conn = await site.reach();
  assert.equal(await conn.read(new Uint8Array(1)).catch(() => null), null);
  await until("why", () => site.servers[0]!.lines.some((line) => line.includes("refused")));
});

Deno.test("a tunnel that is cut in the middle is back by itself", async () => {
  await using site = await tunnelSite();
  await using relay = tcpRelay(site.servers[0]!.port);
  site.hold([addressOf(relay)]);
  using conn = await site.reach();
  await writeAll(conn, Uint8Array.of(does.flood));
  await readAll(conn, megabyte);
  relay.cut();
  await until("the kubelet's end is closed", () => site.kubelet.open === 0);
  await echoThrough(site, pattern(megabyte));
  assert.equal(site.metric("skerry_tunnel_outages_total"), 1);
  assert.equal(site.metric("skerry_tunnel_connected_servers"), 1);
  assert.equal(site.metric('skerry_tunnel_finished_streams_total{result="Broken"}'), 1);
});

Deno.test("the list of servers is followed: a new one is entered, one that is gone is left, the others go on", async () => {
  await using site = await tunnelSite({ count: 2 });
  const [first, second] = site.servers;
  site.hold([addressOf(first!)]);
  using conn = await site.reach(first);
  site.hold([addressOf(first!), addressOf(second!)]);
  using other = await site.reach(second);
  await echo(other, pattern(1_024));
  assert.equal(site.metric("skerry_tunnel_connected_servers"), 2);
  site.hold([addressOf(first!)]);
  await until("the second is left", () => site.metric("skerry_tunnel_connected_servers") === 1);
  assert.equal(await other.read(new Uint8Array(1)).catch(() => null), null);
  assert.equal(await second!.connect(addressOf(site.kubelet)), null);
  site.hold([]);
  await echo(conn, pattern(megabyte));
});

Deno.test("a server of another authority is not believed, and the log says why", async () => {
  await using site = await tunnelSite();
  await using stranger = await tunnelSite();
  site.hold(stranger.servers.map(addressOf));
  await until("the log says so", () => site.log.messages("warn").length > 0);
  const [record] = site.log.records;
  assert.match(String(record!.fields["err"]), /UnknownIssuer|invalid peer certificate/);
});

Deno.test("a node that a server does not know is refused, and the log says why", async () => {
  await using site = await tunnelSite({ isKnown: false });
  site.hold(site.servers.map(addressOf));
  await until("the log says so", () => site.log.messages("warn").length > 0);
  assert.match(String(site.log.records[0]!.fields["err"]), /received fatal alert/);
  assert.deepEqual(site.log.messages("info"), []);
});
