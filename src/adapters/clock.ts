/** The real clock, and sleeping on any clock. */
import type { Clock, Timer } from "../ports/clock.ts";

/** Timers hold the process up until they run or are cancelled. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after,
    sleep: (ms, signal) => sleepOn(after, { ms, ...(signal && { signal }) }),
  };
}

/** What setTimeout can hold; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

function after(ms: number, run: () => void): Timer {
  let id: ReturnType<typeof setTimeout>;
  const wait = (left: number): void => {
    const step = Math.min(left, LONGEST_MS);
    id = setTimeout(() => step < left ? wait(left - step) : run(), step);
  };
  wait(Math.max(0, ms));
  return { cancel: () => clearTimeout(id) };
}

/** `Clock.sleep` for a clock that has `after`; leaves no timer and no listener behind. */
export function sleepOn(
  after: Clock["after"],
  { ms, signal }: { readonly ms: number; readonly signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
