/** What the journal's records of events say together. */
import type { RecordedEvent } from "../event.ts";
import type { Instant } from "../instant.ts";
import { type JournalEvent, type JournalRecord } from "./record.ts";

/** Where an event was told of first: by this its object in the API server has a name that stays the same. */
export interface EventOrigin {
  readonly bootId: string;
  readonly sequence: number;
  readonly firstSeen: Instant;
}

/** Events of one object with one reason as they are told of together. */
export interface FoldedEvents {
  /** The last of them, with the times of all; `sequence` is that of the last record. */
  readonly event: RecordedEvent;
  /** Whether their messages differ. */
  readonly combined: boolean;
  readonly origin: EventOrigin;
  /** Of the records. */
  readonly sequences: readonly number[];
}

/** How often the events happened that these records tell of; each one counts what happened before it. */
export function occurrences(events: readonly JournalEvent[]): number {
  const counts = new Map(events.map(({ first, count }) => [first, count]));
  const more = events.reduce((sum, each) => sum + (each.more ?? 0), 0);
  return [...counts.values()].reduce((sum, count) => sum + count, more);
}

/** Records of one subject, in order; at least one. */
export function foldedEvents(records: readonly JournalRecord<JournalEvent>[]): FoldedEvents {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) throw new Error("there is no event to fold");
  const entries = records.map(({ entry }) => entry);
  const { event } = last.entry;
  return {
    event: {
      ...event,
      sequence: last.sequence,
      count: occurrences(entries),
      firstSeen: Math.min(...entries.map(({ firstSeen }) => firstSeen)),
      lastSeen: last.at,
    },
    combined: entries.some((entry) => entry.event.message !== event.message),
    origin: {
      bootId: first.bootId,
      sequence: first.entry.first,
      firstSeen: first.entry.firstSeen,
    },
    sequences: records.map(({ sequence }) => sequence),
  };
}
