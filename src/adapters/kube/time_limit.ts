/** Ends a request that takes too long: as a whole, or between one sign of life and the next. */
import type { Clock, Timer } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";

/** The other side said nothing for too long, or took too long. */
export class TimedOut extends Unavailable {}

export interface Limits {
  /** How long the other side may say nothing. */
  readonly silenceMs: number;
  /** How long all of it may take; without it for ever. */
  readonly totalMs?: number;
}

/** Disposing of it stops its timers and ends the request. */
export interface TimeLimit extends Disposable {
  /** Aborts with `TimedOut` when time is up, or with an outer signal's reason. */
  readonly signal: AbortSignal;
  /** True once time was up. */
  readonly expired: boolean;
  /** Starts the silence anew: something was heard, or is waited for from now on. */
  restart(): void;
  /** Nothing is waited for now. */
  pause(): void;
}

export function startTimeLimit(
  { clock, limits, outer }: {
    readonly clock: Clock;
    readonly limits: Limits;
    readonly outer: readonly AbortSignal[];
  },
): TimeLimit {
  const { silenceMs, totalMs } = limits;
  const abort = new AbortController();
  let expired = false;
  let silence: Timer | undefined;

  const expire = (what: string): void => {
    expired = true;
    abort.abort(new TimedOut(what));
  };
  const pause = (): void => silence?.cancel();
  const restart = (): void => {
    pause();
    silence = clock.after(silenceMs, () => expire(`no answer within ${silenceMs / 1_000} s`));
  };
  const total = totalMs === undefined
    ? undefined
    : clock.after(totalMs, () => expire(`not finished within ${totalMs / 1_000} s`));
  restart();
  const onOuterAbort = (): void => abort.abort(outer.find(({ aborted }) => aborted)?.reason);
  // Not AbortSignal.any: what it makes hangs on to the outer signals, which live as long as the program.
  for (const signal of outer) signal.addEventListener("abort", onOuterAbort);
  if (outer.some(({ aborted }) => aborted)) onOuterAbort();

  return {
    signal: abort.signal,
    get expired() {
      return expired;
    },
    restart,
    pause,
    [Symbol.dispose]() {
      pause();
      total?.cancel();
      for (const signal of outer) signal.removeEventListener("abort", onOuterAbort);
      abort.abort();
    },
  };
}
