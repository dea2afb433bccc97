/** One program of a cluster: started inside a network namespace, ended, frozen and started again by tests. */
import { endProcess, logTail, startDaemon } from "./daemon.ts";
import { isAlive, signal, waitUntil } from "./processes.ts";
import type { Argv } from "./run.ts";

export interface ProcessSpec {
  /** For error messages. */
  readonly name: string;
  readonly argv: Argv;
  readonly logPath: string;
  /** Whether it serves; asked again and again while it starts. */
  readonly isReady: () => Promise<boolean>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ClusterProcess {
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  readonly logPath: string;
  /** Resolves when it serves; no effect while it runs. */
  start(): Promise<void>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Halts it where it stands (SIGSTOP): it is there, and answers nobody. */
  freeze(): void;
  /** Lets it go on after a {@linkcode ClusterProcess.freeze}. */
  thaw(): void;
}

const START_TIMEOUT_MS = 60_000;

/** Gives a handle on a program that does not run yet. */
export function clusterProcess(spec: ProcessSpec): ClusterProcess {
  let pid: number | undefined;

  async function start(): Promise<void> {
    if (pid !== undefined && isAlive(pid)) return;
    const started = pid = await startDaemon(spec);
    const done = async () => !isAlive(started) || await spec.isReady();
    const inTime = await waitUntil(done, { timeoutMs: START_TIMEOUT_MS, intervalMs: 25 });
    if (inTime && isAlive(started)) return;
    throw new Error(`${spec.name} did not start:\n${await logTail(spec.logPath, 30)}`);
  }

  async function end(name: Deno.Signal): Promise<void> {
    const target = pid;
    pid = undefined;
    if (target === undefined) return;
    // One that is frozen takes no other signal.
    signal(target, "SIGCONT");
    await endProcess(target, { name, graceMs: 10_000 });
  }

  const tell = (name: Deno.Signal) => {
    if (pid === undefined) throw new Error(`${spec.name} does not run`);
    signal(pid, name);
  };

  return {
    get pid() {
      return pid;
    },
    logPath: spec.logPath,
    start,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    freeze: () => tell("SIGSTOP"),
    thaw: () => tell("SIGCONT"),
  };
}
