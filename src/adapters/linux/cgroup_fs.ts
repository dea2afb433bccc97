/** Cgroups made by hand in the kernel's file system: what the cgroupfs driver does. */
import type { CgroupSpec } from "../../core/node/cgroup_spec.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed } from "../../ports/errors.ts";
import {
  controllerOf,
  type Hierarchy,
  requiredControllers,
  wantedControllers,
} from "./cgroup_hierarchies.ts";
import { codeOf } from "./errno.ts";
import {
  listDirectories,
  makeDirectories,
  readText,
  readTextIfThere,
  removeDirectory,
  writeText,
} from "./kernel_files.ts";

/** Makes the cgroup in each hierarchy that it needs. Throws SystemError, and Failed where a controller is missing. */
export function ensureV1(
  { path, values }: CgroupSpec,
  hierarchies: readonly Hierarchy[],
): void {
  const available = hierarchies.flatMap(({ controllers }) => controllers);
  requireControllers({ values, available, where: "mounted" });
  const wanted = wantedControllers(values);
  for (const { path: mount, controllers } of hierarchies) {
    if (!controllers.some((name) => wanted.includes(name))) continue;
    const inherit = controllers.includes("cpuset");
    for (const dir of dirsTo({ mount, path })) {
      makeDirectories(dir);
      if (inherit && dir !== mount) inheritCpuset(dir);
    }
    const own = Object.entries(values).filter(([file]) => controllers.includes(controllerOf(file)));
    writeValues(mount + path, own);
  }
}

/** A new cpuset is empty and takes no process; it gets its parent's. */
function inheritCpuset(dir: string): void {
  const parent = dir.slice(0, dir.lastIndexOf("/"));
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    if (readText(`${dir}/${file}`).trim() !== "") continue;
    writeText({ path: `${dir}/${file}`, text: readText(`${parent}/${file}`).trim() });
  }
}

/** Makes the cgroup, handing the controllers down from the root. Throws SystemError, and Failed where one is missing. */
export function ensureV2({ path, values }: CgroupSpec, mount: string): void {
  const available = words(readText(`${mount}/cgroup.controllers`));
  requireControllers({ values, available, where: "available" });
  const wanted = wantedControllers(values).filter((name) => available.includes(name));
  const dirs = dirsTo({ mount, path });
  for (const dir of dirs.slice(0, -1)) {
    makeDirectories(dir);
    enable(dir, wanted);
  }
  makeDirectories(mount + path);
  writeValues(mount + path, Object.entries(values));
}

function enable(dir: string, wanted: readonly string[]): void {
  const file = `${dir}/cgroup.subtree_control`;
  const enabled = words(readText(file));
  const missing = wanted.filter((name) => !enabled.includes(name));
  if (missing.length === 0) return;
  writeText({ path: file, text: missing.map((name) => `+${name}`).join(" ") });
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/).filter((word) => word !== "");
}

function requireControllers(
  { values, available, where }: {
    readonly values: CgroupSpec["values"];
    readonly available: readonly string[];
    readonly where: string;
  },
): void {
  const missing = requiredControllers(values).filter((name) => !available.includes(name));
  if (missing.length === 0) return;
  throw new Failed(`the cgroup controller ${missing.join(", ")} is not ${where} on this machine`);
}

/** The mount point, then every directory down to the cgroup's. */
function dirsTo(
  { mount, path }: { readonly mount: string; readonly path: string },
): readonly string[] {
  const names = path.split("/").filter((name) => name !== "");
  return [mount, ...names.map((_, index) => [mount, ...names.slice(0, index + 1)].join("/"))];
}

/** Writes what differs, in the order given: the kernel checks some values against others. */
function writeValues(
  dir: string,
  values: readonly (readonly [file: string, value: string])[],
): void {
  for (const [file, value] of values) {
    const path = `${dir}/${file}`;
    if (readTextIfThere(path)?.trim() !== value) writeText({ path, text: value });
  }
}

/** The pauses between attempts, in milliseconds: killed processes take a moment to leave. */
const RETRY_MS = [10, 20, 40, 80, 160] as const;

/** Removes the cgroup with those below it. Idempotent. Throws SystemError, EBUSY where a process is in it. */
export async function removeCgroup(dir: string, clock: Clock): Promise<void> {
  for (const pause of [...RETRY_MS, null]) {
    try {
      return removeNow(dir);
    } catch (error) {
      if (pause === null || codeOf(error) !== "EBUSY") throw error;
      await clock.sleep(pause);
    }
  }
}

function removeNow(dir: string): void {
  try {
    for (const name of listDirectories(dir)) removeNow(`${dir}/${name}`);
    removeDirectory(dir);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}
