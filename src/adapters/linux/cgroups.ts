/**
 * The pods' cgroups on Linux.
 *
 * With the cgroupfs driver they are directories made by hand. With the systemd driver they are slices: systemd is asked for
 * them on its private socket, since it would undo limits that it was not told of, and since runtimes put their scopes into the
 * slice but neither limit nor end it. What systemd has no property for is then written by hand, as the kubelet does.
 */
import type { CgroupSpec } from "../../core/node/cgroup_spec.ts";
import type { CgroupSettings } from "../../core/node/settings.ts";
import type { Cgroups } from "../../ports/cgroups.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed, Invalid, PortError } from "../../ports/errors.ts";
import { ensureV1, ensureV2, removeCgroup } from "./cgroup_fs.ts";
import { allHierarchies, hierarchiesV1, mountOfV2 } from "./cgroup_hierarchies.ts";
import { portError } from "./errno.ts";
import type { Mount } from "./mount_table.ts";
import { readMounts } from "./mounts.ts";
import { ensureSlice, type SliceDeps, stopSlice } from "./slices.ts";
import { type SystemdBus, systemdBus } from "./systemd_bus.ts";

export interface LinuxCgroupsOptions extends Pick<CgroupSettings, "version" | "driver"> {
  readonly clock: Clock;
  /** Default: the mounts of the machine, as they are now. */
  readonly mounts?: readonly Mount[];
  /** Default: systemd's private socket; only used by the systemd driver. */
  readonly bus?: SystemdBus;
}

/** Needs the rights of root. */
export function linuxCgroups(options: LinuxCgroupsOptions): Cgroups {
  const { version, driver, clock } = options;
  const mounts = options.mounts ?? readMounts();
  const slices = driver === "systemd" ? sliceDeps(options, mounts) : null;

  async function ensure(spec: CgroupSpec): Promise<void> {
    if (slices !== null) await ensureSlice(spec, slices);
    if (version === 1) ensureV1(spec, hierarchiesV1(mounts));
    else ensureV2(spec, requiredV2(mounts));
  }

  async function remove(path: string): Promise<void> {
    if (!/^\/[^/]/.test(path)) throw new Invalid(`will not remove the cgroup "${path}"`);
    if (slices !== null) await stopSlice(path, slices);
    for (const hierarchy of allHierarchies(mounts)) await removeCgroup(hierarchy + path, clock);
  }

  return {
    ensure: (spec) => guarded(`cgroup ${spec.path}`, () => ensure(spec)),
    remove: (path) => guarded(`cgroup ${path}`, () => remove(path)),
  };
}

async function guarded(doing: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof PortError ? error : portError(error, doing);
  }
}

function sliceDeps(
  { version, clock, bus = systemdBus({ clock }) }: LinuxCgroupsOptions,
  mounts: readonly Mount[],
): SliceDeps {
  const named = mounts.find(({ options }) => options.includes("name=systemd"));
  const mount = version === 2 ? requiredV2(mounts) : named?.path;
  if (mount === undefined) throw new Failed("the cgroup hierarchy name=systemd is not mounted");
  return { bus, clock, mount };
}

function requiredV2(mounts: readonly Mount[]): string {
  const mount = mountOfV2(mounts);
  if (mount === null) throw new Failed("no cgroup2 file system is mounted");
  return mount;
}
