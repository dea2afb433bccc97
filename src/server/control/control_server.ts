/** Serves the control API on a unix socket that only its owner can reach. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { Clock } from "../../ports/clock.ts";
import { Conflict, Failed, messageOf } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { aborted } from "../../ports/aborted.ts";
import type { ControlFunctions } from "./control_api.ts";
import type { StreamProxy } from "../kubelet/stream_proxy.ts";
import { controlApp } from "./control_app.ts";
import { type OpenSockets, openSockets } from "../open_sockets.ts";
import { controlListener } from "./control_listener.ts";

export interface ControlOptions {
  /** Where the socket is to lie; its directory is made where missing. */
  readonly path: string;
  readonly functions: ControlFunctions;
  /** Takes over who wants streams into containers. */
  readonly streams: Pick<StreamProxy, "upgrade">;
  readonly clock: Clock;
  readonly log: Log;
  /** Closes the server when it aborts; who follows something then is cut off. */
  readonly signal: AbortSignal;
}

export interface ControlServer {
  /** Resolves when the server has closed after the signal; the socket is gone then. */
  readonly finished: Promise<void>;
}

/**
 * Resolves when the socket answers. What an agent that died has left is replaced.
 * Throws Conflict when another agent answers there, Failed when the socket cannot be made.
 */
export async function serveControl(options: ControlOptions): Promise<ControlServer> {
  const { path } = options;
  try {
    await refuseOther(path);
    return await serveAt(options);
  } catch (error) {
    if (error instanceof Conflict) throw error;
    throw new Failed(`cannot make the control socket ${path}: ${messageOf(error)}`);
  }
}

async function refuseOther(path: string): Promise<void> {
  const info = await statOrNull(path);
  if (info === null) return;
  if (info.isSocket !== true) throw new Error("something that is no socket lies there");
  if (await answers(path)) {
    throw new Conflict(`another agent answers on ${path}; stop it first, or choose another socket`);
  }
}

async function statOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function answers(path: string): Promise<boolean> {
  try {
    const connection = await Deno.connect({ transport: "unix", path });
    connection.close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The socket is made inside a directory of the owner's own, restricted there, and only then moved to its place. */
async function serveAt(
  { path, functions, streams, clock, log, signal }: ControlOptions,
): Promise<ControlServer> {
  const parent = path.slice(0, path.lastIndexOf("/")) || "/";
  await Deno.mkdir(parent, { recursive: true });
  const nursery = await Deno.makeTempDir({ dir: parent, prefix: "." });
  try {
    const made = `${nursery}/s`;
    const closing = new AbortController();
    const app = controlApp({ functions, log, signal: closing.signal });
    const server = controlListener({ app, streams, clock, log, signal: closing.signal });
    const open = openSockets(server);
    await listen(server, made);
    try {
      await Deno.chmod(made, 0o600);
      await Deno.rename(made, path);
    } catch (error) {
      await close({ server, open });
      throw error;
    }
    return { finished: closeOn(signal, { path, closing, server, open }) };
  } finally {
    await Deno.remove(nursery, { recursive: true });
  }
}

async function listen(server: Server, path: string): Promise<void> {
  const listening = once(server, "listening");
  server.listen({ path });
  await listening;
}

interface Serving {
  readonly server: Server;
  readonly open: OpenSockets;
}

async function close({ server, open }: Serving): Promise<void> {
  const closed = once(server, "close");
  server.close();
  open.destroy();
  await closed;
}

/** The socket goes first, so that a successor's is never taken for ours. */
async function closeOn(
  signal: AbortSignal,
  { path, closing, ...serving }: Serving & {
    readonly path: string;
    readonly closing: AbortController;
  },
): Promise<void> {
  await aborted(signal);
  await Deno.remove(path).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  closing.abort();
  await close(serving);
}
