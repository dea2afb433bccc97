/** A queue with one worker a key: what happens to a key while it is worked on makes it run once more. */
import type { Instant } from "../core/instant.ts";
import { second } from "../core/instant.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";

export interface QueueOptions {
  /** Works on a key; gives when to do so again though nothing happens. */
  readonly work: (key: string, signal: AbortSignal) => Promise<Instant | undefined>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether a failure is told of elsewhere, so that it needs no record for each key. */
  readonly isTold?: (err: unknown) => boolean;
  /** The pause after a failure, by the number of failures in a row. */
  readonly retryMs?: (failures: number) => number;
}

export interface Queue {
  /** Says that something happened to the key. */
  mark(key: string): void;
  /** How many keys are worked on now. */
  busy(): number;
  /** Drops the key's timer; a run under way ends by itself. */
  forget(key: string): void;
  /** Aborts what runs and waits for its end, but not for long: a call that cannot be aborted is left behind. */
  close(): Promise<void>;
}

interface Slot {
  dirty: boolean;
  running: Promise<void> | null;
  timer: Timer | null;
  failures: number;
}

/** How long closing waits. */
const closeMs = 2 * second;

/** 1 s doubling to 10 s: soon enough to find a runtime that is back, rare enough not to matter. */
function defaultRetryMs(failures: number): number {
  return Math.min(second * 2 ** (failures - 1), 10 * second);
}

export function createQueue(options: QueueOptions): Queue {
  const { clock, log, retryMs = defaultRetryMs } = options;
  const slots = new Map<string, Slot>();
  const stop = new AbortController();

  function slotOf(key: string): Slot {
    const known = slots.get(key);
    if (known !== undefined) return known;
    const fresh: Slot = { dirty: false, running: null, timer: null, failures: 0 };
    slots.set(key, fresh);
    return fresh;
  }

  function mark(key: string): void {
    if (stop.signal.aborted) return;
    const slot = slotOf(key);
    slot.dirty = true;
    slot.running ??= run(key, slot).finally(() => {
      slot.running = null;
    });
  }

  async function run(key: string, slot: Slot): Promise<void> {
    while (slot.dirty && slots.get(key) === slot && !stop.signal.aborted) {
      slot.dirty = false;
      slot.timer?.cancel();
      slot.timer = null;
      const wakeAt = await attempt(key, slot);
      if (wakeAt !== undefined && slots.get(key) === slot) schedule(key, slot, wakeAt);
    }
  }

  async function attempt(key: string, slot: Slot): Promise<Instant | undefined> {
    try {
      const wakeAt = await options.work(key, stop.signal);
      slot.failures = 0;
      return wakeAt;
    } catch (err) {
      if (stop.signal.aborted) return undefined;
      slot.failures += 1;
      const isTold = slot.failures > 1 || options.isTold?.(err) === true;
      const level = isTold ? "debug" : "warn";
      log[level]("Pass over the pod failed, trying again", { uid: key, err, tries: slot.failures });
      return clock.now() + retryMs(slot.failures);
    }
  }

  function schedule(key: string, slot: Slot, at: Instant): void {
    if (stop.signal.aborted) return;
    slot.timer?.cancel();
    slot.timer = clock.after(Math.max(0, at - clock.now()), () => mark(key));
  }

  function forget(key: string): void {
    slots.get(key)?.timer?.cancel();
    slots.delete(key);
  }

  async function close(): Promise<void> {
    stop.abort();
    const running = [...slots.values()].map((slot) => {
      slot.timer?.cancel();
      return slot.running;
    });
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(closeMs, resolve);
    await Promise.race([Promise.all(running), late]);
    timer.cancel();
  }

  const busy = (): number => [...slots.values()].filter(({ running }) => running !== null).length;

  return { mark, busy, forget, close };
}
