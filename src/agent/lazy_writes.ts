/** Writes to the store that nobody waits for: of each thing the newest, tried again while the store cannot write. */
import { second } from "../core/instant.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

export interface LazyWrites {
  /** In place of what waits for that key; writes of one key never overtake each other. */
  put(key: string, write: () => Promise<void>): void;
  /** `putAll` is called when the store has begun anew, and puts all that is to be in it. */
  onBegunAnew(putAll: () => void): void;
  /** The store was damaged and has begun anew. */
  begunAnew(): void;
  /** Waits for what is under way, and tries no more. */
  close(): Promise<void>;
}

export interface LazyWritesDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What is stored, for the log: "Could not store …". */
  readonly what: string;
}

type Write = () => Promise<void>;

const retryMs = 30 * second;

export function createLazyWrites({ clock, log, what }: LazyWritesDeps): LazyWrites {
  const waiting = new Map<string, Write>();
  const all: (() => void)[] = [];
  let running: Promise<void> | null = null;
  let retry: Timer | null = null;
  let isClosed = false;
  let isTold = false;

  function start(): void {
    retry?.cancel();
    if (!isClosed && waiting.size > 0) running ??= run();
  }

  async function run(): Promise<void> {
    const failed = new Map<string, Write>();
    while (waiting.size > 0 && !isClosed) {
      const batch = [...waiting];
      waiting.clear();
      for (const [key] of batch) failed.delete(key);
      const outcomes = await Promise.all(batch.map(([, write]) => attempt(write)));
      batch.forEach(([key, write], index) => outcomes[index] || failed.set(key, write));
    }
    running = null;
    if (failed.size === 0) return void (isTold = false);
    for (const [key, write] of failed) waiting.set(key, write);
    if (!isClosed) retry = clock.after(retryMs, start);
  }

  async function attempt(write: Write): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (err) {
      log[isTold ? "debug" : "warn"](`Could not store ${what}, trying again`, { err });
      isTold = true;
      return false;
    }
  }

  return {
    put(key, write) {
      waiting.set(key, write);
      start();
    },
    onBegunAnew: (putAll) => void all.push(putAll),
    begunAnew: () => all.forEach((putAll) => putAll()),
    async close() {
      isClosed = true;
      retry?.cancel();
      await running;
    },
  };
}
