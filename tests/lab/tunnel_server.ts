/** The other end of a node's tunnel: the real remotedialer module, built with Go from the module in tests/tunnel, on loopback. */
import type { TestAuthority } from "../fakes/test_pki.ts";
import { type GoModule, goPrograms, requireGoPrograms } from "./go_module.ts";
import { waitUntil } from "./processes.ts";

const MODULE: GoModule = {
  name: "tunnel",
  dir: new URL("../tunnel", import.meta.url).pathname,
  sources: ["main.go"],
  builds: [["build", "-ldflags", "-s -w", "-o", "{}/", "."]],
};

/** Throws `MissingParts` unless the program is there or there is a Go to build it with. */
export async function requireTunnelServer(): Promise<void> {
  await requireGoPrograms(MODULE);
}

/** Path of the program, built first where the cache does not hold it: half a minute with nothing compiled yet. */
export async function tunnelServerProgram(): Promise<string> {
  return `${await goPrograms(MODULE)}/tunnel`;
}

export interface TunnelServer extends AsyncDisposable {
  /** Where nodes connect. */
  readonly port: number;
  readonly pid: number;
  /** What it has said: `session NAME` for each websocket, `ended TEXT` for each connection that did not end in order. */
  readonly lines: readonly string[];
  /** A connection through the tunnel of the only node, as an egress selector asks for it. Null where there is no tunnel. */
  connect(target: string): Promise<Deno.TcpConn | null>;
}

/** `dir` is an existing folder for its files; `authority` signs its certificate and those of its clients. */
export async function startTunnelServer(
  { dir, authority }: { readonly dir: string; readonly authority: TestAuthority },
): Promise<TunnelServer> {
  const own = authority.issue({ commonName: "localhost", purpose: "server" });
  const path = `${dir}/${crypto.randomUUID()}`;
  Deno.writeTextFileSync(`${path}.crt`, own.certificate);
  Deno.writeTextFileSync(`${path}.key`, own.key, { mode: 0o600 });
  Deno.writeTextFileSync(`${path}-ca.crt`, authority.certificate);
  const child = new Deno.Command(await tunnelServerProgram(), {
    args: ["-cert", `${path}.crt`, "-key", `${path}.key`, "-client-ca", `${path}-ca.crt`],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines: string[] = [];
  const reading = readLines(child.stdout, lines);
  await waitUntil(() => lines.length > 0, { timeoutMs: 10_000 });
  const [, port, connectPort] = (lines[0] ?? "").split(" ").map(Number);
  if (!port || !connectPort) throw new Error("the tunnel's server did not start");
  return {
    port,
    pid: child.pid,
    lines,
    connect: (target) => connectThrough(connectPort, target),
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await child.status;
      await reading;
    },
  };
}

async function readLines(stream: ReadableStream<Uint8Array>, lines: string[]): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  }
}

/** What the server sends at once would come with the answer's head, and so is read byte by byte. */
async function connectThrough(port: number, target: string): Promise<Deno.TcpConn | null> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(
    new TextEncoder().encode(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`),
  );
  let head = "";
  const byte = new Uint8Array(1);
  while (!head.endsWith("\r\n\r\n") && await conn.read(byte) !== null) {
    head += String.fromCharCode(byte[0]!);
  }
  if (head.startsWith("HTTP/1.1 200")) return conn;
  conn.close();
  return null;
}

if (import.meta.main) await tunnelServerProgram();
