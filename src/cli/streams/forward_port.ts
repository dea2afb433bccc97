/** Ports of this machine that lead to ports of a pod. */
import { systemClock } from "../../adapters/clock.ts";
import { second } from "../../core/instant.ts";
import { messageOf } from "../../ports/errors.ts";
import { connStream } from "../../server/streams/conn_stream.ts";
import { splice } from "../../server/streams/splice.ts";
import { CliError } from "../command.ts";
import { openStream } from "./open_stream.ts";
import { readText } from "./remote_process.ts";
import type { SpdyConnection } from "./spdy_connection.ts";

/** containerd ends the data before it says what went wrong. */
const lastWordsMs = second;

export interface ForwardedPort {
  /** 0: any that is free. */
  readonly local: number;
  readonly remote: number;
}

export interface ForwardOptions {
  /** Namespace and name. */
  readonly pod: readonly string[];
  readonly socket: string;
  readonly signal: AbortSignal;
  /** Is told what went wrong with a connection; the others go on. */
  readonly onProblem: (problem: string) => void;
}

/** Throws `CliError` for a port that cannot be had. */
export function listenLocally(port: ForwardedPort, hostname: string): Deno.TcpListener {
  try {
    return Deno.listen({ hostname, port: port.local });
  } catch (error) {
    throw new CliError(`cannot listen on ${hostname}:${port.local}: ${messageOf(error)}`);
  }
}

/** Works until the signal aborts, and closes the listener. */
export async function forwardPort(
  listener: Deno.TcpListener,
  { remote, ...options }: ForwardOptions & Pick<ForwardedPort, "remote">,
): Promise<void> {
  const { signal, onProblem } = options;
  const close = (): void => listener.close();
  signal.addEventListener("abort", close, { once: true });
  for await (const conn of listener) {
    void forward(conn, { remote, ...options }).catch((error: unknown) => {
      connStream(conn).close();
      if (!signal.aborted) onProblem(messageOf(error));
    });
  }
}

/** Each has a connection to the runtime of its own, so that none waits for another's reader. */
async function forward(
  conn: Deno.TcpConn,
  { pod, socket, onProblem, ...options }: ForwardOptions & Pick<ForwardedPort, "remote">,
): Promise<void> {
  const { signal } = options;
  const ask = { kind: "portForward", target: pod, protocols: ["portforward.k8s.io"] } as const;
  const connection = await openStream(ask, { socket, signal });
  try {
    const problem = await carryPort(conn, { connection, ...options });
    if (problem !== "") onProblem(problem);
  } finally {
    connection.close();
  }
}

/** Gives what the agent says went wrong; "" where nothing did. */
async function carryPort(
  conn: Deno.TcpConn,
  { connection, remote, signal }:
    & { readonly connection: SpdyConnection }
    & Pick<ForwardOptions, "signal">
    & Pick<ForwardedPort, "remote">,
): Promise<string> {
  const clock = systemClock();
  const common = { port: String(remote), requestid: "0" };
  const errors = await connection.open({ streamtype: "error", ...common });
  await errors.end();
  const data = await connection.open({ streamtype: "data", ...common });
  const problem = readText(errors);
  const close = (): void => {
    const timer = clock.after(lastWordsMs, () => connection.close());
    void problem.finally(() => timer.cancel());
  };
  await splice({
    client: connStream(conn),
    backend: { ...data, close },
  }, { clock, idleMs: Infinity, signal });
  return await problem;
}
