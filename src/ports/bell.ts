/** Waking somebody who waits: a ring that comes while nobody waits is kept for the next wait. */
import type { Clock, Timer } from "./clock.ts";

export interface Bell {
  ring(): void;
  /** Resolves at a ring, after `ms`, or when the signal aborts. Of one waiter at a time. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(clock: Pick<Clock, "after">): Bell {
  let rung = false;
  let wake = (): void => {};

  function ring(): void {
    rung = true;
    wake();
  }

  async function wait(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer: Timer | undefined = rung || signal.aborted ? undefined : clock.after(ms, resolve);
    if (timer === undefined) resolve();
    wake = resolve;
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    signal.removeEventListener("abort", wake);
    timer?.cancel();
    rung = false;
  }

  return { ring, wait };
}
