/** The cgroups the agent itself makes: kubepods, its QoS classes and one a pod. */
import type { CgroupSpec } from "../core/node/cgroup_spec.ts";

export interface Cgroups {
  /** Makes the cgroup and its parents where missing and sets the values that differ. Throws Failed naming path and file. */
  ensure(spec: CgroupSpec): Promise<void>;
  /** Removes the cgroup and those below it; it must hold no process. Idempotent. */
  remove(path: string): Promise<void>;
}
