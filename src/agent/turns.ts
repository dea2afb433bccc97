/** Lets only so many do something at the same time. */

export interface Turns {
  /** Waits for a turn and gives what ends it. Throws the signal's reason when it aborts first. */
  take(signal: AbortSignal): Promise<() => void>;
}

/** So many turns at once, given in the order they were asked for; Infinity for no limit. */
export function createTurns(limit: number): Turns {
  const waiting: (() => void)[] = [];
  let taken = 0;

  async function take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (taken >= limit) await waitForTurn(signal);
    else taken += 1;
    return release;
  }

  /** Hands the turn to the next in line. */
  function release(): void {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  }

  async function waitForTurn(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push(resolve);
    const onAbort = (): void => {
      const at = waiting.indexOf(resolve);
      if (at < 0) return;
      waiting.splice(at, 1);
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  return { take };
}
