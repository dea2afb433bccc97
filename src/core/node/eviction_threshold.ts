/**
 * Thresholds of what must be left of the node's resources.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
 */
import { bytes, parseQuantity } from "../quantity.ts";

/** What can be run short of. */
export type EvictionSignal =
  | "memory.available"
  | "nodefs.available"
  | "nodefs.inodesFree"
  | "imagefs.available"
  | "imagefs.inodesFree"
  | "containerfs.available"
  | "containerfs.inodesFree"
  | "pid.available";

/** All of them, in the order of Kubernetes' documentation. */
export const evictionSignals: readonly EvictionSignal[] = [
  "memory.available",
  "nodefs.available",
  "nodefs.inodesFree",
  "imagefs.available",
  "imagefs.inodesFree",
  "containerfs.available",
  "containerfs.inodesFree",
  "pid.available",
];

/** The least that must be left: so much, or this share (0 to 1) of all there is. */
export type ThresholdValue = { readonly amount: number } | { readonly share: number };

export interface EvictionThreshold {
  readonly signal: EvictionSignal;
  readonly value: ThresholdValue;
}

/** What holds where nothing is configured. */
export const defaultEvictionHard: Readonly<Record<string, string>> = {
  "memory.available": "100Mi",
  "nodefs.available": "10%",
  "nodefs.inodesFree": "5%",
  "imagefs.available": "15%",
  "imagefs.inodesFree": "5%",
};

/** Of texts that have been checked; as in the kubelet 0% and 100% turn a threshold off. */
export function evictionThresholds(
  texts: Readonly<Record<string, string>>,
): readonly EvictionThreshold[] {
  return evictionSignals.flatMap((signal) => {
    const text = texts[signal];
    const value = text === undefined || isOff(text) ? undefined : thresholdValue(text);
    return value === undefined ? [] : [{ signal, value }];
  });
}

function isOff(text: string): boolean {
  return text === "0%" || text === "100%";
}

function thresholdValue(text: string): ThresholdValue | undefined {
  // The kubelet keeps shares in 32 bits, and the last digits of what it reserves show it.
  if (text.endsWith("%")) {
    return { share: Math.fround(Math.fround(Number(text.slice(0, -1))) / 100) };
  }
  const parsed = parseQuantity(text);
  return parsed.ok ? { amount: bytes(parsed.value) } : undefined;
}

/** The least that must be left of this much. */
export function thresholdAmount(value: ThresholdValue, capacity: number): number {
  return "amount" in value ? value.amount : Math.trunc(capacity * value.share);
}
