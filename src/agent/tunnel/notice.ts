/** Wakes who waits for something to have changed; he looks himself whether it is what he waits for. */

export interface Notice {
  wake(): void;
  /** Resolves at the next `wake`. Of one waiter at a time. */
  wait(): Promise<void>;
}

export function createNotice(): Notice {
  let wake = (): void => {};
  return {
    wake: () => wake(),
    wait: () => new Promise((resolve) => wake = resolve),
  };
}
