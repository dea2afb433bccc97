/** Slices of systemd for the pods' cgroups: made, changed and ended by systemd itself, as its driver asks. */
import type { CgroupSpec } from "../../core/node/cgroup_spec.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed, NotFound } from "../../ports/errors.ts";
import type { Property, Variant } from "./dbus_message.ts";
import { kindOf } from "./kernel_files.ts";
import { sliceProperties } from "./slice_properties.ts";
import type { SystemdBus } from "./systemd_bus.ts";

const yes: Variant = { type: "b", value: true };
const no: Variant = { type: "b", value: false };
const text = (value: string): Variant => ({ type: "s", value });

/** Without accounting systemd does not make the controllers' part of the cgroup; the kubelet's slices have the same. */
const accounting: readonly Property[] = [
  ["CPUAccounting", yes],
  ["MemoryAccounting", yes],
  ["TasksAccounting", yes],
];

const POLL_MS = 10;
const POLLS = 200;

export interface SliceDeps {
  readonly bus: SystemdBus;
  readonly clock: Clock;
  /** Where systemd keeps its cgroups: the mount of v2, with v1 that of the hierarchy called systemd. */
  readonly mount: string;
}

/** Starts the slice (its parents follow from its name), or gives a running one its values; resolves when its cgroup is there. */
export async function ensureSlice(
  { path, values }: CgroupSpec,
  { bus, clock, mount }: SliceDeps,
): Promise<void> {
  const name = text(unitName(path));
  const properties = sliceProperties(values);
  if (isThere(mount + path)) {
    const args = [name, yes, { type: "a(sv)", value: properties }] as const;
    return await bus.call({ member: "SetUnitProperties", args });
  }
  const all = [["DefaultDependencies", no], ...accounting, ...properties] as const;
  await bus.call({
    member: "StartTransientUnit",
    args: [name, text("replace"), { type: "a(sv)", value: all }, { type: "a(sa(sv))" }],
  });
  for (let polls = 0; !isThere(mount + path); polls++) {
    if (polls === POLLS) throw new Failed(`systemd has not made the cgroup ${path}`);
    await clock.sleep(POLL_MS);
  }
}

/** Ends the slice. Idempotent. */
export async function stopSlice(path: string, { bus, mount }: SliceDeps): Promise<void> {
  if (!isThere(mount + path)) return;
  try {
    await bus.call({ member: "StopUnit", args: [text(unitName(path)), text("replace")] });
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}

/** `kubepods-burstable.slice` of `/kubepods.slice/kubepods-burstable.slice`. */
function unitName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function isThere(dir: string): boolean {
  return kindOf(dir) !== null;
}
