/** Which records of the journal go together in one message. */
import type { JournalEvent, JournalRecord } from "../journal/record.ts";
import { packBody } from "./body.ts";
import { batchBody } from "./messages.ts";

export interface PackedBatch {
  /** Packed. */
  readonly body: Uint8Array;
  /** All records that it tells of, those that are left out because a later one counts them too. */
  readonly sequences: readonly number[];
}

export interface BatchLimits {
  /** Of the packed body. */
  readonly maxBytes: number;
  /** Of the session: records of an earlier boot name theirs. */
  readonly bootId: string;
}

/**
 * As many of the records as there is room for, in order from the first on; `null` for no records. A single one that is larger
 * than the limit comes alone: who sends it finds out, and gives it up.
 */
export function packBatch(
  records: readonly JournalRecord[],
  limits: BatchLimits,
): PackedBatch | null {
  for (let count = records.length; count > 0; count = Math.floor(count / 2)) {
    const taken = records.slice(0, count);
    const body = packBody(batchBody({ records: withoutRepeated(taken) }, limits));
    const isSmall = body.length <= limits.maxBytes;
    if (isSmall || count === 1) return { body, sequences: taken.map(({ sequence }) => sequence) };
  }
  return null;
}

/** Of each event the newest record, which counts the others. */
export function withoutRepeated(records: readonly JournalRecord[]): readonly JournalRecord[] {
  const newest = new Map(records.filter(isEvent).map((record) => [eventKey(record), record]));
  return records.filter((record) => {
    // What has made way for another is counted by its record alone.
    if (!isEvent(record) || record.entry.more !== undefined) return true;
    return newest.get(eventKey(record)) === record;
  });
}

function eventKey({ bootId, entry }: JournalRecord<JournalEvent>): string {
  return `${bootId} ${entry.firstSeen} ${entry.first}`;
}

function isEvent(record: JournalRecord): record is JournalRecord<JournalEvent> {
  return record.entry.kind === "Event";
}
