/** What was measured of a node, for tests of how it is told: a root cgroup that has used something, and no pods. */
import type { Pressure } from "../../src/core/stats/cgroup_usage.ts";
import type { CgroupSample, NodeSample } from "../../src/core/stats/sample.ts";

export const measuredAt = Date.UTC(2026, 0, 1);

/** Work stood still for as many microseconds. */
export function pressureOf(
  { some, full }: { readonly some: number; readonly full: number },
): Pressure {
  const calm = { avg10: 0, avg60: 0, avg300: 0 };
  return { some: { ...calm, total: some }, full: { ...calm, total: full } };
}

export function cgroupSample(path: string, fields: Partial<CgroupSample> = {}): CgroupSample {
  return {
    path,
    at: measuredAt,
    nanoCores: null,
    cpu: { usageNs: 2_000_000_000, pressure: null },
    memory: { workingSetBytes: 300, limitBytes: 1000, swapLimitBytes: null, pressure: null },
    ioPressure: null,
    details: null,
    processes: null,
    ...fields,
  };
}

export function nodeSample(fields: Partial<NodeSample> = {}): NodeSample {
  return {
    nodeName: "edge-1",
    at: measuredAt,
    bootedAt: Date.UTC(2025, 11, 31),
    root: cgroupSample("/"),
    hugePagesBytes: 0,
    network: null,
    disks: null,
    system: [],
    classes: [],
    pods: [],
    ...fields,
  };
}
