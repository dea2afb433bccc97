/** What containers take up as CRI tells of it, in the agent's words. */
import type { ContainerUsage } from "../../core/stats/container_usage.ts";
import type { UInt64Value } from "./gen/runtime/v1/common.ts";
import type { ContainerStats } from "./gen/runtime/v1/stats.ts";
import { instantOf } from "./time.ts";

export function containerUsage(stats: ContainerStats): ContainerUsage {
  return {
    cpu: cpuUsage(stats),
    memory: memoryUsage(stats),
    writableLayer: writableLayer(stats),
  };
}

function cpuUsage({ cpu }: ContainerStats): ContainerUsage["cpu"] {
  if (cpu?.usageCoreNanoSeconds === undefined) return null;
  return {
    at: instantOf(cpu.timestamp),
    usageNs: Number(cpu.usageCoreNanoSeconds.value),
    pressure: null,
  };
}

/** containerd 1.6 tells the working set only. */
function memoryUsage({ memory, swap }: ContainerStats): ContainerUsage["memory"] {
  if (memory?.workingSetBytes === undefined) return null;
  const workingSetBytes = Number(memory.workingSetBytes.value);
  const available = number(memory.availableBytes);
  const swapBytes = number(swap?.swapUsageBytes);
  return {
    at: instantOf(memory.timestamp),
    workingSetBytes,
    ...optional("usageBytes", number(memory.usageBytes)),
    ...optional("rssBytes", number(memory.rssBytes)),
    ...optional("pageFaults", number(memory.pageFaults)),
    ...optional("majorPageFaults", number(memory.majorPageFaults)),
    ...optional("swapBytes", swapBytes),
    // Without a limit containerd gives 0.
    limitBytes: available ? available + workingSetBytes : null,
    swapLimitBytes: null,
    pressure: null,
  };
}

function writableLayer({ writableLayer: layer }: ContainerStats): ContainerUsage["writableLayer"] {
  if (layer?.usedBytes === undefined) return null;
  return {
    at: instantOf(layer.timestamp),
    mountpoint: layer.fsId?.mountpoint ?? "",
    usedBytes: Number(layer.usedBytes.value),
    inodesUsed: Number(layer.inodesUsed?.value ?? 0),
  };
}

function number(value: UInt64Value | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.value);
}

function optional<Key extends string>(
  key: Key,
  value: number | undefined,
): Partial<Record<Key, number>>;
function optional(key: string, value: number | undefined): Readonly<Record<string, number>> {
  return value === undefined ? {} : { [key]: value };
}
