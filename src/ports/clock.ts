/** Time as the agent sees it: a wall clock for records, a monotonic one for durations, and timers. */
import type { Instant } from "../core/instant.ts";

/** A timer that has been set; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/** The adapter is the real clock; tests drive a fake one by hand. */
export interface Clock {
  /** Wall time; it may jump when the board's clock is set. */
  now(): Instant;
  /** Milliseconds from an arbitrary start; never goes backwards. */
  monotonic(): number;
  /** Calls `run` once after `ms`. The caller cancels what it no longer needs. */
  after(ms: number, run: () => void): Timer;
  /** Resolves after `ms`, or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
