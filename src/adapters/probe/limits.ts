/** Ends a call by its own time limit or by its caller's signal. */
import type { ProbeLimits } from "../../ports/probes.ts";

/** What a call under limits is given. */
export interface Limited {
  /** Aborts when the time is over, or when the caller's signal does. */
  readonly signal: AbortSignal;
  /** Whether it was the time. */
  isTimeout(): boolean;
}

/** Runs a call under its limits. Throws the reason of the caller's signal, whatever the call makes of its end. */
export async function withLimits<T>(
  { timeoutMs, signal }: ProbeLimits,
  call: (limited: Limited) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const own = new AbortController();
  const onAbort = (): void => own.abort(signal?.reason);
  let isOver = false;
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => {
    isOver = true;
    own.abort(new Error("the time is over"));
  }, timeoutMs);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await call({ signal: own.signal, isTimeout: () => isOver });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    signal?.throwIfAborted();
  }
}
