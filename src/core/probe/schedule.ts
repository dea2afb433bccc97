/** When a probe runs: first, and from then on. */
import { second } from "../instant.ts";
import type { Probe } from "../k8s.ts";
import type { ProbeKind } from "./verdict.ts";

/** What the first run of a probe waits for. */
export interface FirstRun {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  /**
   * - Start: the container was seen to start;
   * - Startup: its startup probe has succeeded;
   * - Adoption: it ran before this agent did.
   */
  readonly after: "Start" | "Startup" | "Adoption";
  /** How long the container has been running. */
  readonly runningMs: number;
  /** Chance: at least 0, less than 1. */
  readonly fraction: number;
}

/** Nobody hears well in the very moment of its start. */
const settlingMs = second;

/**
 * Milliseconds until the first run; not before the container has run for its initial delay. Containers of many pods may
 * start together, and after a restart of the agent all are met at once, so chance spreads their probes over the period.
 * Readiness is what others wait for: it is asked for at once.
 */
export function firstRunMs(first: FirstRun): number {
  const { probe, after, runningMs, fraction } = first;
  const initialMs = (probe.initialDelaySeconds ?? 0) * second;
  const leftMs = Math.min(Math.max(initialMs - runningMs, 0), initialMs);
  if (after === "Adoption") return Math.max(leftMs, fraction * periodMs(probe));
  const settledMs = leftMs + fraction * Math.min(settlingMs, periodMs(probe));
  if (first.kind !== "readiness") return Math.max(settledMs, (1 - fraction / 2) * periodMs(probe));
  return after === "Startup" ? leftMs : settledMs;
}

/** Milliseconds until the next run, from the end of one that took `tookMs`. */
export function nextRunMs(probe: Probe, { tookMs }: { readonly tookMs: number }): number {
  return Math.max(0, periodMs(probe) - tookMs);
}

function periodMs({ periodSeconds = 10 }: Probe): number {
  return periodSeconds * second;
}
