/** The events of this node's pods, newest kept, repetitions counted. */
import type { PodEvent, RecordedEvent } from "../../core/event.ts";
import type { Clock } from "../../ports/clock.ts";

/** How many different events are kept. */
const capacity = 1_000;

/** Sequences count from 1; a repetition gives its event a new one. */
export interface EventRecorder {
  /** Events up to this sequence were recorded by an earlier agent. */
  readonly begin: number;
  /** Gives how often it was recorded by now. */
  record(event: PodEvent): number;
  /** Events with a sequence greater than `after`, in order. */
  list(after: number): readonly RecordedEvent[];
  /** Resolves when there is one with a sequence greater than `after`; rejects when the signal aborts. */
  next(after: number, signal: AbortSignal): Promise<void>;
}

/** `earlier` events, in order, are listed before the first of its own; none of them is counted on. */
export function createEventRecorder(
  clock: Clock,
  earlier: readonly Omit<RecordedEvent, "sequence">[] = [],
): EventRecorder {
  const kept = new Map<string, RecordedEvent>();
  const waiting = new Set<() => void>();
  let sequence = 0;
  for (const event of earlier.slice(-capacity)) {
    sequence += 1;
    kept.set(`earlier ${sequence}`, { ...event, sequence });
  }
  const begin = sequence;

  function record(event: PodEvent): number {
    const key = eventKey(event);
    const before = kept.get(key);
    kept.delete(key);
    const now = clock.now();
    const count = (before?.count ?? 0) + 1;
    const firstSeen = before?.firstSeen ?? now;
    kept.set(key, { ...event, sequence: ++sequence, count, firstSeen, lastSeen: now });
    dropOldest(kept);
    for (const wake of waiting) wake();
    return count;
  }

  function list(after: number): readonly RecordedEvent[] {
    return [...kept.values()].filter((event) => event.sequence > after);
  }

  async function next(after: number, signal: AbortSignal): Promise<void> {
    while (sequence <= after) {
      signal.throwIfAborted();
      await once(waiting, signal);
    }
  }

  return { begin, record, list, next };
}

/** Events with the same key are one that happens again. */
export function eventKey({ uid, fieldPath, type, reason, message }: PodEvent): string {
  return [uid, fieldPath, type, reason, message].join("\n");
}

function dropOldest(kept: Map<string, RecordedEvent>): void {
  const oldest = kept.keys().next();
  if (kept.size > capacity && !oldest.done) kept.delete(oldest.value);
}

async function once(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  waiting.add(wake);
  signal.addEventListener("abort", wake, { once: true });
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", wake);
    waiting.delete(wake);
  }
}
