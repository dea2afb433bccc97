/** Runs a lab's containerd: start and wait until it serves, kill, stop, restart. */
import { endProcess, logTail, startDaemon } from "./daemon.ts";
import { inNetns } from "./netns.ts";
import { answersOn, isAlive, waitUntil } from "./processes.ts";

/** Where a lab's containerd finds its configuration and runs. */
export interface ContainerdSpec {
  readonly configPath: string;
  readonly socket: string;
  readonly logPath: string;
  readonly netns: string;
  /** Folder with other containerd binaries (containerd, ctr, containerd-shim-runc-v2); the machine's otherwise. */
  readonly binDir?: string;
}

/** A lab's containerd. Containers outlive all of these: only the lab's end takes them down. */
export interface Containerd {
  /** Process id; undefined while it does not run. */
  readonly pid: number | undefined;
  /** Its own log, for a test that wants to know what the runtime said. */
  readonly logPath: string;
  /** Starts it and resolves once CRI calls are served; no effect while it runs. */
  start(): Promise<void>;
  /** Ends it with SIGTERM. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
  /** Stop, then start. */
  restart(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
/** The last line that the CRI plugin of 1.6, 1.7 and 2.x logs before it takes calls. */
const CRI_SERVES = "Start streaming server";

async function fileSize(path: string): Promise<number> {
  return await Deno.stat(path).then(({ size }) => size, () => 0);
}

async function launch(spec: ContainerdSpec): Promise<number> {
  const path = Deno.env.get("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin";
  const before = await fileSize(spec.logPath);
  const pid = await startDaemon({
    argv: inNetns(spec.netns, ["containerd", "--config", spec.configPath]),
    logPath: spec.logPath,
    env: spec.binDir === undefined ? {} : { PATH: `${spec.binDir}:${path}` },
  });
  const serves = async () =>
    !isAlive(pid) ||
    ((await Deno.readTextFile(spec.logPath)).slice(before).includes(CRI_SERVES) &&
      await answersOn(spec.socket));
  const answered = await waitUntil(serves, { timeoutMs: START_TIMEOUT_MS, intervalMs: 20 });
  if (answered && isAlive(pid)) return pid;
  if (isAlive(pid)) await endProcess(pid, { name: "SIGKILL" });
  throw new Error(
    `containerd did not start; ${spec.logPath} ends with:\n${await logTail(spec.logPath)}`,
  );
}

/** Gives a handle on a containerd that does not run yet. */
export function containerd(spec: ContainerdSpec): Containerd {
  let pid: number | undefined;
  const running = () => pid !== undefined && isAlive(pid) ? pid : undefined;
  const end = async (name: Deno.Signal) => {
    const target = running();
    pid = undefined;
    if (target !== undefined) await endProcess(target, { name, graceMs: 10_000 });
  };
  const start = async () => {
    if (running() === undefined) pid = await launch(spec);
  };
  return {
    get pid() {
      return running();
    },
    logPath: spec.logPath,
    start,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    restart: async () => {
      await end("SIGTERM");
      await start();
    },
  };
}
