/** The cgroups of a lab: one folder in every hierarchy of the machine, and its removal. */
import { waitUntil } from "./processes.ts";

/** Mount points of all cgroup hierarchies, v1 and v2. */
export function cgroupMounts(): readonly string[] {
  return Deno.readTextFileSync("/proc/self/mounts").split("\n")
    .map((line) => line.split(" "))
    .filter(([, , type]) => type === "cgroup" || type === "cgroup2")
    .flatMap(([, mountPoint]) => mountPoint === undefined ? [] : [mountPoint]);
}

/** Makes the cgroup `path` (such as `/skerry-lab-1a2b3c`) in every hierarchy. */
export function createCgroup(path: string): void {
  for (const mount of cgroupMounts()) {
    const dir = `${mount}${path}`;
    Deno.mkdirSync(dir, { recursive: true });
    inheritCpuset(mount, dir);
  }
}

/** A v1 cpuset starts out empty and then takes no process; it needs its parent's sets. */
function inheritCpuset(parent: string, child: string): void {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    try {
      Deno.writeTextFileSync(`${child}/${file}`, Deno.readTextFileSync(`${parent}/${file}`).trim());
    } catch {
      // Not a cpuset hierarchy, or v2, where the root has no such file and empty means the parent's.
    }
  }
}

function removeTree(dir: string): boolean {
  try {
    for (const entry of Deno.readDirSync(dir)) {
      if (entry.isDirectory) removeTree(`${dir}/${entry.name}`);
    }
    Deno.removeSync(dir);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/** Folders that the cgroup `path` has now, one per hierarchy. */
export function cgroupDirs(path: string): readonly string[] {
  return cgroupMounts().map((mount) => `${mount}${path}`).filter((dir) => {
    try {
      return Deno.statSync(dir).isDirectory;
    } catch {
      return false;
    }
  });
}

/**
 * Removes the cgroup `path` and all below it from every hierarchy. The kernel refuses while a killed process is
 * still being taken down, so this tries for a while. False when something is left after that.
 */
export async function removeCgroup(path: string): Promise<boolean> {
  if (!/^\/[^/.]/.test(path)) throw new Error(`will not remove the cgroup ${path}`);
  return await waitUntil(
    () => cgroupDirs(path).map(removeTree).every((removed) => removed),
    { timeoutMs: 60_000 },
  );
}
