/** Takes a lab down, whatever state it is in: processes, mounts, cgroups, network namespace, files. */
import { removeCgroup } from "./cgroups.ts";
import { removeCniCache } from "./cni.ts";
import { deleteNetns, netnsIdentity } from "./netns.ts";
import {
  allPids,
  isAlive,
  netnsInode,
  processStat,
  readProc,
  rootLiesUnder,
  signal,
  waitUntil,
} from "./processes.ts";
import { run, tryRun } from "./run.ts";

/** What identifies a lab; the network namespace, the CNI network and the cgroup are all named `id`. */
export interface LabIdentity {
  readonly id: string;
  readonly root: string;
}

/** All labs are named so, and nothing else is. */
export const LAB_PREFIX = "skerry-lab-";
/** In a lab's root: which process owns it. */
const OWNER_FILE = "owner.json";
/** A root without an owner file is left alone for so long: its lab may just be starting. */
const UNOWNED_GRACE_MS = 60_000;

/** Writes down that this process owns the lab, so that a later start can tell a lab in use from a leftover. */
export async function claimLab({ root }: LabIdentity): Promise<void> {
  const owner = { pid: Deno.pid, startTime: processStat(Deno.pid)?.startTime };
  await Deno.writeTextFile(`${root}/${OWNER_FILE}`, JSON.stringify(owner));
}

async function isOwned({ root }: LabIdentity): Promise<boolean> {
  try {
    const owner = JSON.parse(await Deno.readTextFile(`${root}/${OWNER_FILE}`));
    return processStat(owner.pid)?.startTime === owner.startTime && isAlive(owner.pid);
  } catch {
    const made = await Deno.stat(root).then(({ mtime }) => mtime?.getTime() ?? 0, () => 0);
    return Date.now() - made < UNOWNED_GRACE_MS;
  }
}

/** Takes down the labs in `tempDir` whose owner is gone: killed, crashed or interrupted before its cleanup. */
export async function removeStaleLabs(tempDir: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(tempDir)) {
    const lab = { id: name, root: `${tempDir}/${name}` };
    if (isDirectory && name.startsWith(LAB_PREFIX) && !(await isOwned(lab))) await destroyLab(lab);
  }
}

/** A shim or a containerd that was started with this lab's socket or configuration. */
function servesLab(pid: number, root: string): boolean {
  const args = readProc(pid, "cmdline")?.split("\0") ?? [];
  const program = args[0]?.split("/").at(-1) ?? "";
  return /^containerd(-shim.*)?$/.test(program) && args.some((arg) => arg.startsWith(`${root}/`));
}

/** Every live process of the lab: in its namespace, serving it, or in one of its containers. */
export function labProcesses({ id, root }: LabIdentity): readonly number[] {
  const netns = netnsIdentity(id);
  return allPids().filter((pid) =>
    pid !== Deno.pid && isAlive(pid) &&
    ((netns !== undefined && netnsInode(pid) === netns) ||
      servesLab(pid, root) || rootLiesUnder(pid, root))
  );
}

/** Mount points under the lab's root, the deepest last. */
export function labMounts({ root }: LabIdentity): readonly string[] {
  return Deno.readTextFileSync("/proc/self/mountinfo").split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .map((path) =>
      path.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)))
    )
    .filter((path) => path.startsWith(`${root}/`));
}

async function killAll(lab: LabIdentity): Promise<void> {
  const gone = await waitUntil(() => {
    const pids = labProcesses(lab);
    for (const pid of pids) signal(pid, "SIGKILL");
    return pids.length === 0;
  }, { timeoutMs: 10_000 });
  if (!gone) throw new Error(`lab ${lab.id}: cannot kill processes ${labProcesses(lab).join(" ")}`);
}

async function unmountAll(lab: LabIdentity): Promise<void> {
  for (const lazy of [false, true]) {
    const mounts = labMounts(lab).toReversed();
    if (mounts.length === 0) return;
    await tryRun(["umount", ...(lazy ? ["--lazy"] : []), ...mounts]);
  }
  const left = labMounts(lab);
  if (left.length > 0) throw new Error(`lab ${lab.id}: cannot unmount ${left.join(" ")}`);
}

/** Where shims keep their state: folder names are container IDs, `address` names the shim's socket. */
async function shimFolders({ root }: LabIdentity): Promise<readonly { id: string; dir: string }[]> {
  const parent = `${root}/containerd/state/io.containerd.runtime.v2.task/k8s.io`;
  const entries = await Array.fromAsync(Deno.readDir(parent)).catch(() => []);
  return entries.map(({ name }) => ({ id: name, dir: `${parent}/${name}` }));
}

/** A shim's socket lies in /run/containerd, outside the lab; one that was killed leaves it behind. */
async function removeShimSockets(dirs: readonly string[]): Promise<void> {
  for (const dir of dirs) {
    for (const file of ["address", "bootstrap.json"]) {
      const text = await Deno.readTextFile(`${dir}/${file}`).catch(() => "");
      const socket = /unix:\/\/(\/run\/containerd\/s\/[0-9a-f]+)/.exec(text)?.[1];
      if (socket !== undefined) await Deno.remove(socket).catch(() => {});
    }
  }
}

/** runc's own state lies outside the lab as well, by the container's ID; left behind, it keeps that ID from being used again. */
async function removeRuncState(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await Deno.remove(`/run/containerd/runc/k8s.io/${id}`, { recursive: true }).catch(() => {});
  }
}

/**
 * Ends everything of the lab that a power cut would end: processes, mounts, cgroups. Its files and its network stay.
 */
export async function powerOff(lab: LabIdentity): Promise<void> {
  const shims = await shimFolders(lab);
  await killAll(lab);
  await removeShimSockets(shims.map(({ dir }) => dir));
  await removeRuncState(shims.map(({ id }) => id));
  await unmountAll(lab);
  const cgroups = [`/${lab.id}`, ...shims.map(({ id }) => `/k8s.io/${id}`)];
  const removed = await Promise.all(cgroups.map(removeCgroup));
  const left = cgroups.filter((_, index) => !removed[index]);
  if (left.length > 0) throw new Error(`lab ${lab.id}: cannot remove cgroups ${left.join(" ")}`);
}

/** Takes the lab down and removes all of it. Safe to call again, and on a lab that only half started. */
export async function destroyLab(lab: LabIdentity): Promise<void> {
  try {
    await powerOff(lab);
  } finally {
    await deleteNetns(lab.id);
    await removeCniCache(lab.id);
    await run(["rm", "-rf", "--one-file-system", "--", lab.root]);
  }
}
