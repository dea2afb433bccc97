/** Lets only so many messages be on their way to the broker: more than it agreed to would end the connection. */

export interface Slots {
  /** Waits for a free one. Gives false where they were closed first. */
  take(): Promise<boolean>;
  free(): void;
  /** Whoever waits is told, and so is whoever comes later. */
  close(): void;
}

export function slots(count: number): Slots {
  const waiting: ((taken: boolean) => void)[] = [];
  let left = count;
  let closed = false;
  return {
    take() {
      if (closed) return Promise.resolve(false);
      if (left > 0) {
        left -= 1;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    free() {
      const next = waiting.shift();
      if (next) next(true);
      else left += 1;
    },
    close() {
      closed = true;
      for (const tell of waiting.splice(0)) tell(false);
    },
  };
}
