/** A clock that stands still until a test moves it. */
import { setImmediate } from "node:timers";
import { sleepOn } from "../../src/adapters/clock.ts";
import type { Instant } from "../../src/core/instant.ts";
import type { Clock, Timer } from "../../src/ports/clock.ts";

/** The clock and the hands of the test on it. */
export interface FakeClock extends Clock {
  /** Runs every timer that falls due within `ms`, in order, letting promises settle after each; then time is `ms` later. */
  advance(ms: number): Promise<void>;
  /** Lets everything that waits for nothing but promises run to its next wait. */
  settle(): Promise<void>;
  /** Sets the wall clock, as NTP would; the monotonic clock and timers do not notice. */
  setWall(at: Instant): void;
  /** Timers that are set now; 0 proves that everything was cancelled or has run. */
  readonly pendingTimers: number;
  /** When the next timer falls due, in milliseconds from now. */
  readonly nextTimerMs: number | undefined;
}

interface Pending {
  readonly due: number;
  readonly run: () => void;
}

/** A clock that shows `start` (2026-01-01T00:00:00Z unless given). */
export function fakeClock(start: Instant = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<Pending>();
  let elapsed = 0;
  let wallOffset = start;

  const next = (): Pending | undefined => {
    let first: Pending | undefined;
    for (const timer of timers) if (first === undefined || timer.due < first.due) first = timer;
    return first;
  };
  const after = (ms: number, run: () => void): Timer => {
    const timer = { due: elapsed + Math.max(0, ms), run };
    timers.add(timer);
    return { cancel: () => void timers.delete(timer) };
  };

  async function advance(ms: number): Promise<void> {
    const end = elapsed + ms;
    await settle();
    for (let timer = next(); timer !== undefined && timer.due <= end; timer = next()) {
      timers.delete(timer);
      elapsed = timer.due;
      timer.run();
      await settle();
    }
    elapsed = end;
  }

  return {
    now: () => wallOffset + elapsed,
    monotonic: () => elapsed,
    after,
    sleep: (ms, signal) => sleepOn(after, { ms, ...(signal && { signal }) }),
    advance,
    settle,
    setWall: (at) => void (wallOffset = at - elapsed),
    get pendingTimers() {
      return timers.size;
    },
    get nextTimerMs() {
      const timer = next();
      return timer && timer.due - elapsed;
    },
  };
}

/** Two turns of the event loop: all microtasks run to their end in each of them. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await new Promise<void>((resolve) => setImmediate(() => resolve()));
  }
}
