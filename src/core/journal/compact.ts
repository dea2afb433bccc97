/**
 * What of the journal stays when there is no room for all of it: of each subject its first and its last record, and between them
 * one that counts what is missing. The last one tells all that those between them have changed.
 */
import { joinedPatches } from "../merge_patch.ts";
import { occurrences } from "./events.ts";
import {
  type JournalEntry,
  type JournalEvent,
  type JournalGap,
  type JournalRecord,
  subjectOf,
} from "./record.ts";

export interface Compacted {
  readonly records: readonly JournalRecord[];
  /** How many records are missing that were there before. */
  readonly folded: number;
  /** Up to this sequence records are missing without a newer one of their subject that tells for them; 0: none. */
  readonly lostUpTo: number;
}

/** How much may be kept. */
export interface JournalLimits {
  readonly maxRecords: number;
  /** Of the records' entries. */
  readonly maxBytes: number;
}

/** Where even folding leaves too much, the oldest records make way as well, and one gap for all of them tells how many. */
export function compact(all: readonly JournalRecord[], limits: JournalLimits): Compacted {
  const groups = Map.groupBy(all, ({ entry }) => subjectOf(entry));
  const folded = [...groups].flatMap(([subject, group]) => folding(subject, group));
  const sorted = folded.toSorted(bySequence);
  const kept = newest(sorted, limits);
  const lost = sorted.slice(0, sorted.length - kept.length);
  const records = lost.length === 0 ? kept : [gapOf("", lost), ...kept];
  const lostUpTo = lost.at(-1)?.sequence ?? 0;
  return { records, folded: missing(records) - missing(all), lostUpTo };
}

function bySequence(a: JournalRecord, b: JournalRecord): number {
  return a.sequence - b.sequence;
}

/** A gap takes the room of a record: it is made for two at least. */
function folding(subject: string, group: readonly JournalRecord[]): readonly JournalRecord[] {
  const told = group.filter(({ entry }) => entry.kind !== "Gap");
  const [first, last] = [told[0], told.at(-1)];
  const between = group.filter((each) => each !== first && each !== last);
  if (first === undefined || last === undefined || between.length < 2) return group;
  return [first, gapOf(subject, between), { ...last, entry: lastEntry(first, told.slice(1)) }];
}

/** It has the sequence and the time of the first record that is missing. */
function gapOf(subject: string, records: readonly JournalRecord[]): JournalRecord<JournalGap> {
  const sorted = records.toSorted(bySequence);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a gap is made of records");
  const end = last.entry.kind === "Gap" ? last.entry : { to: last.sequence, until: last.at };
  const count = sorted.reduce((sum, each) => sum + weight(each), 0);
  return { ...first, entry: { kind: "Gap", subject, count, to: end.to, until: end.until } };
}

/** How many records one stands for. */
function weight({ entry }: JournalRecord): number {
  return entry.kind === "Gap" ? entry.count : 1;
}

function missing(records: readonly JournalRecord[]): number {
  return records.reduce((sum, { entry }) => sum + (entry.kind === "Gap" ? entry.count : 0), 0);
}

/** With all that was changed or counted since the first. */
function lastEntry(first: JournalRecord, later: readonly JournalRecord[]): JournalEntry {
  const entries = later.map(({ entry }) => entry);
  const last = entries.at(-1);
  if (last === undefined) throw new Error("there is a last record");
  if (last.kind === "Event") return withCounts(last, [first.entry, ...entries].filter(isEvent));
  if (last.kind !== "Changed") return last;
  const changes = entries.flatMap((entry) => entry.kind === "Changed" ? [entry.changes] : []);
  return { ...last, changes: changes.reduce(joinedPatches, {}) };
}

/** What the first and the last do not count themselves. */
function withCounts(last: JournalEvent, all: readonly JournalEvent[]): JournalEvent {
  const { more: _more, ...bare } = last;
  const [first = bare] = all;
  const more = occurrences(all) - occurrences([first, bare]);
  return more > 0 ? { ...bare, more } : bare;
}

function isEvent(entry: JournalEntry): entry is JournalEvent {
  return entry.kind === "Event";
}

/** As many of them as may be kept. */
function newest(
  records: readonly JournalRecord[],
  { maxRecords, maxBytes }: JournalLimits,
): readonly JournalRecord[] {
  const room = { records: maxRecords, bytes: maxBytes };
  const from = records.findLastIndex(({ entry }) => {
    room.records -= 1;
    room.bytes -= JSON.stringify(entry).length;
    return room.records < 0 || room.bytes < 0;
  });
  // The newest one stays, however large it is.
  return from < 0 ? records : records.slice(Math.min(from + 1, records.length - 1));
}
