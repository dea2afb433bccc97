/** Which cgroup hierarchies are mounted where, with which controllers. */
import type { Mount } from "./mount_table.ts";

/** A hierarchy: with v1 one for a controller or a few, with v2 one for all. */
export interface Hierarchy {
  readonly path: string;
  readonly controllers: readonly string[];
}

/** Those of cgroup v1 that have controllers. Mounted twice, the first counts. */
export function hierarchiesV1(mounts: readonly Mount[]): readonly Hierarchy[] {
  const found: Hierarchy[] = [];
  for (const { type, path, options } of mounts) {
    if (type !== "cgroup") continue;
    const controllers = options.filter((option) => /^[a-z_]+$/.test(option) && !isFlag(option));
    const known = found.flatMap((hierarchy) => hierarchy.controllers);
    if (controllers.some((name) => !known.includes(name))) found.push({ path, controllers });
  }
  return found;
}

function isFlag(option: string): boolean {
  return ["rw", "ro", "xattr", "none", "noprefix", "clone_children"].includes(option);
}

/** Where cgroup v2 is mounted; with v1 beside it, it has no controllers of use. */
export function mountOfV2(mounts: readonly Mount[]): string | null {
  return mounts.find(({ type }) => type === "cgroup2")?.path ?? null;
}

/** The mount points of every hierarchy, named ones and those without controllers too: runtimes leave cgroups in all. */
export function allHierarchies(mounts: readonly Mount[]): readonly string[] {
  const paths = mounts.filter(({ type }) => type === "cgroup" || type === "cgroup2")
    .map(({ path }) => path);
  return [...new Set(paths)];
}

/** The controller that a file belongs to: `memory` for `memory.max`. */
export function controllerOf(file: string): string {
  return file.slice(0, file.indexOf("."));
}

/** What the pods' cgroups are about; the runtime makes what it needs beyond these by itself. */
const usual = ["cpu", "memory", "pids"] as const;

/** The controllers a cgroup with such values needs, and those that pods' cgroups always want. */
export function wantedControllers(values: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set([...usual, ...requiredControllers(values)])];
}

/** The controllers without which the values cannot be set. `cgroup.*` files are there always. */
export function requiredControllers(values: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set(Object.keys(values).map(controllerOf))].filter((name) => name !== "cgroup");
}
