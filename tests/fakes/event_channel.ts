/** Delivers values to any number of readers, each from the moment it asked on. */

export interface EventChannel<T> {
  /** Only to those who read by now. */
  emit(value: T): void;
  /** Values from now on, until the signal aborts or `endAll`. */
  subscribe(signal: AbortSignal): AsyncIterable<T>;
  /** Ends every subscription of now, after what it has not read yet. */
  endAll(): void;
  readonly subscribers: number;
}

interface Subscription<T> {
  readonly push: (value: T) => void;
  readonly end: () => void;
}

export function eventChannel<T>(): EventChannel<T> {
  const subscriptions = new Set<Subscription<T>>();

  function subscribe(signal: AbortSignal): AsyncIterable<T> {
    const waiting: T[] = [];
    let ended = signal.aborted;
    let wake = () => {};
    const end = () => {
      ended = true;
      subscriptions.delete(subscription);
      signal.removeEventListener("abort", end);
      wake();
    };
    const subscription: Subscription<T> = {
      end,
      push: (value) => {
        waiting.push(value);
        wake();
      },
    };
    if (!ended) {
      subscriptions.add(subscription);
      signal.addEventListener("abort", end, { once: true });
    }
    async function* read(): AsyncGenerator<T> {
      try {
        while (true) {
          while (waiting.length > 0 && !signal.aborted) yield waiting.shift() as T;
          if (ended) return;
          await new Promise<void>((resolve) => wake = resolve);
        }
      } finally {
        end();
      }
    }
    return read();
  }

  return {
    emit: (value) => subscriptions.forEach((subscription) => subscription.push(value)),
    subscribe,
    endAll: () => subscriptions.forEach((subscription) => subscription.end()),
    get subscribers() {
      return subscriptions.size;
    },
  };
}
