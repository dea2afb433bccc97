/** Finds a cgroup's files, whichever hierarchies they lie in. */
import type { ReadCgroupFile } from "../../core/stats/cgroup_usage.ts";
import { controllerOf, hierarchiesV1, type Hierarchy, mountOfV2 } from "./cgroup_hierarchies.ts";
import { codeOf } from "./errno.ts";
import { readText } from "./kernel_files.ts";
import type { Mount } from "./mount_table.ts";

export interface CgroupReader {
  /** Reads a cgroup's files. */
  of(cgroup: string): ReadCgroupFile;
  /** The directory that has the processes of a cgroup; null where no hierarchy is mounted. */
  directory(cgroup: string): string | null;
}

export function cgroupReader(
  { version, mounts }: { readonly version: 1 | 2; readonly mounts: readonly Mount[] },
): CgroupReader {
  const mountOf = version === 2 ? always(mountOfV2(mounts)) : byController(hierarchiesV1(mounts));
  const pathOf = (mount: string | null, cgroup: string): string | null =>
    mount === null ? null : mount + (cgroup === "/" ? "" : cgroup);
  return {
    of: (cgroup) => (file) => {
      const dir = pathOf(mountOf(controllerOf(file)), cgroup);
      return dir === null ? null : readIfTold(`${dir}/${file}`);
    },
    directory: (cgroup) => pathOf(mountOf("cpuacct"), cgroup),
  };
}

type MountOf = (controller: string) => string | null;

function always(mount: string | null): MountOf {
  return () => mount;
}

function byController(hierarchies: readonly Hierarchy[]): MountOf {
  const paths = new Map(
    hierarchies.flatMap(({ path, controllers }) => controllers.map((name) => [name, path])),
  );
  return (controller) => paths.get(controller) ?? null;
}

/** What a kernel says that does not count this, or counts no more since the cgroup is gone. */
const notTold = new Set(["ENOENT", "ENODEV", "ENOTSUP", "EOPNOTSUPP"]);

function readIfTold(path: string): string | null {
  try {
    return readText(path);
  } catch (error) {
    if (notTold.has(codeOf(error))) return null;
    throw error;
  }
}
