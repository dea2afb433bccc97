/**
 * Whether a node runs short of memory, disk or process IDs.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#node-conditions
 */
import {
  type EvictionSignal,
  type EvictionThreshold,
  thresholdAmount,
} from "./eviction_threshold.ts";

/** The condition of the Node that tells of it. */
export type Pressure = "MemoryPressure" | "DiskPressure" | "PIDPressure";

export const pressures: readonly Pressure[] = ["MemoryPressure", "DiskPressure", "PIDPressure"];

/** What is left of how much. */
export interface Observation {
  readonly available: number;
  readonly capacity: number;
}

/** What was measured; a signal that could not be is not there, and keeps nothing from running. */
export interface Observations extends Readonly<Partial<Record<EvictionSignal, Observation>>> {
  /** What the limit of all pods together leaves: pods can run short though the machine does not. */
  readonly podsMemory?: Observation;
}

/** When each pressure was last seen, on the monotonic clock, in milliseconds. */
export type PressureMemory = Readonly<Partial<Record<Pressure, number>>>;

/** Adds what is seen now to what is remembered. */
export function rememberPressure(
  memory: PressureMemory,
  { thresholds, seen, at }: {
    readonly thresholds: readonly EvictionThreshold[];
    readonly seen: Observations;
    readonly at: number;
  },
): PressureMemory {
  const now = thresholds.filter((threshold) => isCrossed(threshold, seen))
    .map(({ signal }) => [pressureOf(signal), at]);
  return { ...memory, ...Object.fromEntries(now) };
}

/** Those seen within the transition period: a node that wavers says one thing. */
export function pressuresAt(
  memory: PressureMemory,
  { at, transitionMs }: { readonly at: number; readonly transitionMs: number },
): readonly Pressure[] {
  return pressures.filter((pressure) => {
    const last = memory[pressure];
    return last !== undefined && (last === at || at - last < transitionMs);
  });
}

function isCrossed({ signal, value }: EvictionThreshold, seen: Observations): boolean {
  const measured = signal === "memory.available" ? [seen[signal], seen.podsMemory] : [seen[signal]];
  return measured.some((observed) =>
    observed !== undefined && observed.available < thresholdAmount(value, observed.capacity)
  );
}

function pressureOf(signal: EvictionSignal): Pressure {
  if (signal === "memory.available") return "MemoryPressure";
  return signal === "pid.available" ? "PIDPressure" : "DiskPressure";
}
