/** Lets only so many do something at the same time. */

export interface Turns {
  /** Waits for a turn and gives what ends it. Throws the signal's reason when it aborts first. */
  take(signal: AbortSignal, options?: { readonly rank: number }): Promise<() => void>;
}

/** Who waits for a turn. */
interface Waiting {
  readonly rank: number;
  readonly resolve: () => void;
}

/** So many turns at once, the highest rank first, and of one rank in the order they were asked for; Infinity for no limit. */
export function createTurns(limit: number): Turns {
  const waiting: Waiting[] = [];
  let taken = 0;

  async function take(signal: AbortSignal, { rank } = { rank: 0 }): Promise<() => void> {
    signal.throwIfAborted();
    if (taken >= limit) await waitForTurn(signal, rank);
    else taken += 1;
    return release;
  }

  /** Hands the turn to the next in line. */
  function release(): void {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next.resolve();
  }

  async function waitForTurn(signal: AbortSignal, rank: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const own: Waiting = { rank, resolve };
    const after = waiting.findIndex((each) => each.rank < rank);
    waiting.splice(after < 0 ? waiting.length : after, 0, own);
    const onAbort = (): void => {
      const at = waiting.indexOf(own);
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
