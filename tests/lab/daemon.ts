/**
 * Starts a program that outlives the call: in a session of its own, its output in a log file, no handle kept by Deno.
 *
 * A lab is used across many tests; a child process held by Deno would be reported as leaked by the first of them.
 */
import { isAlive, signal, waitUntil } from "./processes.ts";
import { type Argv, run } from "./run.ts";

/** What to start, and where its output goes (appended). */
export interface DaemonSpec {
  readonly argv: Argv;
  readonly logPath: string;
  readonly env?: Readonly<Record<string, string>>;
}

const LAUNCHER = 'log=$1; shift; setsid "$@" </dev/null >>"$log" 2>&1 & echo $!';

/** Starts the program and gives its process id. */
export async function startDaemon({ argv, logPath, env }: DaemonSpec): Promise<number> {
  const { stdout } = await run(["sh", "-c", LAUNCHER, "sh", logPath, ...argv], env ? { env } : {});
  return Number(stdout);
}

/** Sends `name` and waits for the end; SIGKILL follows when `graceMs` passes. */
export async function endProcess(
  pid: number,
  { name = "SIGTERM", graceMs = 5000 }: {
    readonly name?: Deno.Signal;
    readonly graceMs?: number;
  } = {},
): Promise<void> {
  signal(pid, name);
  if (await waitUntil(() => !isAlive(pid), { timeoutMs: graceMs })) return;
  signal(pid, "SIGKILL");
  if (!(await waitUntil(() => !isAlive(pid), { timeoutMs: 60_000 }))) {
    throw new Error(`process ${pid} survived SIGKILL`);
  }
}

/** The end of a log file, for error messages. */
export async function logTail(path: string, lines = 15): Promise<string> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}
