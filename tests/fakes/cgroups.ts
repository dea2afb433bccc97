/** Cgroups in memory. */
import type { CgroupSpec } from "../../src/core/node/cgroup_spec.ts";
import type { Cgroups } from "../../src/ports/cgroups.ts";
import { Failed } from "../../src/ports/errors.ts";

export interface FakeCgroups extends Cgroups {
  /** The values of every cgroup there is, by path; parents have none of their own. */
  readonly groups: ReadonlyMap<string, CgroupSpec["values"]>;
  /** What was asked for, in order: `ensure /kubepods`, `remove /kubepods/podX`. */
  readonly calls: readonly string[];
  /** Paths that hold a process: they cannot be removed. */
  readonly busy: Set<string>;
  /** Set to make every call fail with this message. */
  failure: string | undefined;
}

export function fakeCgroups(): FakeCgroups {
  const groups = new Map<string, CgroupSpec["values"]>();
  const calls: string[] = [];
  const run = (call: string, body: () => void): Promise<void> => {
    calls.push(call);
    if (fake.failure !== undefined) return Promise.reject(new Failed(fake.failure));
    return Promise.try(body);
  };
  const fake: FakeCgroups = {
    groups,
    calls,
    busy: new Set(),
    failure: undefined,
    ensure: ({ path, values }) =>
      run(`ensure ${path}`, () => {
        for (const parent of parentsOf(path)) if (!groups.has(parent)) groups.set(parent, {});
        groups.set(path, { ...groups.get(path), ...values });
      }),
    remove: (path) =>
      run(`remove ${path}`, () => {
        const within = (each: string): boolean => each === path || each.startsWith(`${path}/`);
        const held = [...fake.busy].find(within);
        if (held !== undefined) throw new Failed(`${held}: device or resource busy (EBUSY)`);
        for (const each of [...groups.keys()].filter(within)) groups.delete(each);
      }),
  };
  return fake;
}

/** `/a`, `/a/b` for `/a/b/c`. */
function parentsOf(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.slice(0, -1).map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}
