/** What comes at its own time, for a test that waits for it. */

export interface TestQueue<T> {
  put(item: T): void;
  /** The oldest item; waits where there is none. */
  take(): Promise<T>;
}

export function createTestQueue<T>(): TestQueue<T> {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    put(item) {
      const taker = takers.shift();
      if (taker === undefined) items.push(item);
      else taker(item);
    },
    take() {
      const item = items.shift();
      if (item !== undefined) return Promise.resolve(item);
      return new Promise((resolve) => takers.push(resolve));
    },
  };
}
