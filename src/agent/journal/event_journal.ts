/** Puts the events that are recorded into the journal. What is repeated without end is written once a minute only: flash wears out. */
import type { RecordedEvent } from "../../core/event.ts";
import type { EventOrigin } from "../../core/journal/events.ts";
import {
  type BucketLimits,
  fullBucket,
  take,
  type TokenBucket,
} from "../../core/kube/token_bucket.ts";
import type { Clock } from "../../ports/clock.ts";
import { eventKey } from "../events/event_recorder.ts";
import type { JournalKeeper, Recorded } from "./journal_keeper.ts";

export interface EventJournal {
  record(event: RecordedEvent): JournaledEvent;
}

export interface JournaledEvent {
  readonly event: RecordedEvent;
  readonly origin: EventOrigin;
  /** Its record; none where an earlier or a later one counts it. */
  readonly sequences: readonly number[];
  readonly durable: Promise<void>;
}

/** Of one event: 50 at once, then one a minute; each record counts all. */
const repetitions: BucketLimits = { perSecond: 1 / 60, burst: 50 };
/** Events that are kept in mind; the one that was recorded last is forgotten last. */
const maxKept = 4_096;

interface Known {
  readonly origin: EventOrigin;
  readonly bucket: TokenBucket;
}

export function createEventJournal(
  { keeper, clock }: {
    readonly keeper: Pick<JournalKeeper, "record" | "bootId">;
    readonly clock: Clock;
  },
): EventJournal {
  const known = new Map<string, Known>();

  function keep(key: string, what: Known): void {
    known.delete(key);
    known.set(key, what);
    const oldest = known.keys().next();
    if (known.size > maxKept && !oldest.done) known.delete(oldest.value);
  }

  function put(event: RecordedEvent, first: number): Recorded {
    const { sequence: _sequence, count, firstSeen, lastSeen: _lastSeen, ...about } = event;
    return keeper.record({ kind: "Event", event: about, first, firstSeen, count });
  }

  function recordFirst(key: string, event: RecordedEvent): JournaledEvent {
    const { sequence, durable } = put(event, 0);
    const { bootId } = keeper;
    const origin = { bootId, sequence, firstSeen: event.firstSeen };
    keep(key, { origin, bucket: fullBucket(repetitions, clock.monotonic()) });
    return { event, origin, sequences: [sequence], durable };
  }

  return {
    record(event) {
      const key = eventKey(event);
      const before = known.get(key);
      if (before === undefined) return recordFirst(key, event);
      const { origin } = before;
      const { waitMs, bucket } = take(before.bucket, repetitions, clock.monotonic());
      if (waitMs > 0) return { event, origin, sequences: [], durable: Promise.resolve() };
      keep(key, { origin, bucket });
      const { sequence, durable } = put(event, origin.sequence);
      return { event, origin, sequences: [sequence], durable };
    },
  };
}
