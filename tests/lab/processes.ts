/** Watches and signals processes: what /proc says of them, whether their sockets answer, and waiting for either. */

/** All process ids of the machine. */
export function allPids(): readonly number[] {
  return [...Deno.readDirSync("/proc")]
    .filter((entry) => /^\d+$/.test(entry.name))
    .map((entry) => Number(entry.name));
}

/** A file of /proc/PID, or undefined when the process is gone (or a kernel thread without one). */
export function readProc(pid: number, file: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch {
    return undefined;
  }
}

/** State letter and start time (clock ticks since boot) from /proc/PID/stat; undefined when gone. */
export function processStat(pid: number): { state: string; startTime: number } | undefined {
  const stat = readProc(pid, "stat");
  if (stat === undefined) return undefined;
  // The command name may hold spaces and parentheses; fields are counted from its last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const startTime = fields[19];
  return state === undefined || startTime === undefined
    ? undefined
    : { state, startTime: Number(startTime) };
}

/** True while the process runs; a zombie whose parent does not reap it counts as gone, once all its threads are. */
export function isAlive(pid: number): boolean {
  const stat = processStat(pid);
  if (stat === undefined || stat.state === "X") return false;
  return stat.state !== "Z" || hasThreadsLeft(pid);
}

/** The first thread may be a zombie while others, and with them open sockets, are still being taken down. */
function hasThreadsLeft(pid: number): boolean {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/task`)].length > 1;
  } catch {
    return false;
  }
}

/** Identity of the process's network namespace, or undefined when it cannot be read. */
export function netnsInode(pid: number): number | undefined {
  try {
    return Deno.statSync(`/proc/${pid}/ns/net`).ino ?? undefined;
  } catch {
    return undefined;
  }
}

/** True when the process's root file system is an overlay whose layers lie under `dir`. */
export function rootLiesUnder(pid: number, dir: string): boolean {
  const mounts = readProc(pid, "mountinfo");
  if (mounts === undefined || !mounts.includes(`${dir}/`)) return false;
  return mounts.split("\n").some((line) =>
    line.split(" ")[4] === "/" && line.includes(" - overlay ") && line.includes(`${dir}/`)
  );
}

/** Polls until `done` says true; false when `timeoutMs` passes first. */
export async function waitUntil(
  done: () => boolean | Promise<boolean>,
  { timeoutMs, intervalMs = 10 }: { readonly timeoutMs: number; readonly intervalMs?: number },
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await done())) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
  return true;
}

/** Whether somebody takes connections on a unix socket. */
export async function answersOn(socket: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path: socket })).close();
    return true;
  } catch {
    return false;
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError)) throw error;
  }
}
