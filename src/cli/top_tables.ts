/** The tables of `skerry top`, with the columns of kubectl's. */
import type { ContainerStats, NodeStats, PodStats, Summary } from "../core/stats/summary_api.ts";
import type { TopView } from "../server/control/control_api.ts";
import { renderTable } from "./table.ts";

/** Percentages are of what the node has. */
export function topNodeTable(
  { summary: { node }, capacity }: TopView,
): string {
  const { milliCpu, memoryBytes } = usageOf(node);
  const row = [
    node.nodeName,
    cpuText(milliCpu),
    share(milliCpu, capacity.milliCpu),
    memoryText(memoryBytes),
    share(memoryBytes, capacity.memoryBytes),
  ];
  return renderTable(["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"], [row]);
}

export interface TopOptions {
  readonly namespace?: string;
  /** Each container by itself. */
  readonly containers: boolean;
  /** What the rows are in the order of, most first; without it that of their names. */
  readonly sortBy?: "cpu" | "memory";
}

/** "" where there are none. */
export function topPodsTable({ pods }: Summary, options: TopOptions): string {
  const { namespace, containers } = options;
  const shown = pods
    .filter(({ podRef }) => podRef.namespace === (namespace ?? podRef.namespace))
    .toSorted((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
  const rows = shown.flatMap((pod) => containers ? containerRows(pod) : [podRow(pod)]);
  if (rows.length === 0) return "";
  const names = containers ? ["NAMESPACE", "POD", "NAME"] : ["NAMESPACE", "NAME"];
  const cells = sorted(rows, options).map(({ names, usage }) => [
    ...names,
    cpuText(usage.milliCpu),
    memoryText(usage.memoryBytes),
  ]);
  return renderTable([...names, "CPU(cores)", "MEMORY(bytes)"], cells);
}

interface Usage {
  readonly milliCpu: number;
  readonly memoryBytes: number;
}

interface Row {
  readonly names: readonly string[];
  readonly usage: Usage;
}

function podRow({ podRef, containers }: PodStats): Row {
  const usages = containers.map(usageOf);
  return {
    names: [podRef.namespace, podRef.name],
    usage: {
      milliCpu: usages.reduce((sum, { milliCpu }) => sum + milliCpu, 0),
      memoryBytes: usages.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    },
  };
}

function containerRows({ podRef, containers }: PodStats): readonly Row[] {
  return containers.map((container) => ({
    names: [podRef.namespace, podRef.name, container.name],
    usage: usageOf(container),
  }));
}

function usageOf({ cpu, memory }: Pick<ContainerStats | NodeStats, "cpu" | "memory">): Usage {
  return {
    milliCpu: Math.ceil((cpu?.usageNanoCores ?? 0) / 1e6),
    memoryBytes: memory?.workingSetBytes ?? 0,
  };
}

function sorted(rows: readonly Row[], { sortBy }: TopOptions): readonly Row[] {
  if (sortBy === undefined) return rows;
  const key = sortBy === "cpu" ? "milliCpu" : "memoryBytes";
  return rows.toSorted((a, b) => b.usage[key] - a.usage[key]);
}

function keyOf({ podRef }: PodStats): string {
  return `${podRef.namespace}/${podRef.name}`;
}

function cpuText(milliCpu: number): string {
  return `${milliCpu}m`;
}

function memoryText(bytes: number): string {
  return `${Math.trunc(bytes / 1024 ** 2)}Mi`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? "<unknown>" : `${Math.trunc((part / whole) * 100)}%`;
}
