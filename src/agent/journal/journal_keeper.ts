/**
 * Keeps the journal: gives every observation its number and its times, makes it durable before anybody is told of it, and lets
 * it go when all have been told. A store that cannot write holds nobody up: what is observed is then kept in memory.
 */
import { changesOf } from "../../core/journal/changes.ts";
import type { JournalLimits } from "../../core/journal/compact.ts";
import {
  type JournalEntry,
  type JournalObject,
  type JournalRecord,
  objectKey,
} from "../../core/journal/record.ts";
import type { Instant } from "../../core/instant.ts";
import type { PlainMap } from "../../core/plain_map.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Journal, JournalSize } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import type { TimeSync } from "../../ports/time_sync.ts";
import { createJournalWriter } from "./journal_writer.ts";
import { readJournal, readWaiting } from "./read_journal.ts";

/** An observation that has its place in the journal. */
export interface Recorded {
  readonly sequence: number;
  /** Resolves when it is on the disk, or when the disk cannot take it; never rejects. */
  readonly durable: Promise<void>;
}

export interface JournalKeeper {
  record(entry: JournalEntry): Recorded;
  /** The object's status is now this one; null where it was so already. */
  changed(object: JournalObject, status: PlainMap): Recorded | null;
  /** The object has left the node. */
  gone(object: JournalObject): Recorded | null;
  /** The status that the object, see `objectKey`, had last, be it by an earlier agent; undefined for one that is not known. */
  status(object: string): PlainMap | undefined;
  /** The objects whose statuses are known, by `objectKey`. */
  objects(): readonly string[];
  /** The API server has these records, or needs them no more. Numbers of others do no harm. */
  acknowledge(sequences: Iterable<number>): void;
  /** What an earlier agent has left, in order: what the API server has not got, and events; until it is forgotten. */
  earlier(): readonly JournalRecord[];
  /** Who needs it has taken it; it may be large. */
  forgetEarlier(): void;
  /** Whether the API server lacks a record. */
  isWaiting(sequence: number): boolean;
  /**
   * Whether the API server has got what these records of one subject tell, whoever told it; none of them counts for nothing. What has
   * made way for other subjects was told by nobody.
   */
  isTold(sequences: readonly number[]): boolean;
  /**
   * The oldest records that the API server lacks, in order and durable where the disk can take them; `limit` at most. What cannot be
   * read is left out.
   */
  waiting(page: { readonly limit: number }): Promise<readonly JournalRecord[]>;
  /** Calls back at each record, until disposed of. */
  onRecord(notice: () => void): Disposable;
  readonly bootId: string;
  /** The newest record's sequence; 0 before the first. */
  last(): number;
  view(): JournalView;
  /** Makes all durable that can be. */
  close(): Promise<void>;
}

/** How the journal is. */
export interface JournalView extends Omit<JournalSize, "last"> {
  /** Records that the API server lacks. */
  readonly waiting: number;
  /** When the oldest of them was observed; null where there is none. */
  readonly oldestAt: Instant | null;
  /** How many records have made way for others since the agent started. */
  readonly folded: number;
  /** Why it cannot be written; "" while it can. */
  readonly problem: string;
}

export interface JournalKeeperDeps {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly timeSync: TimeSync;
  readonly bootId: string;
  readonly limits: JournalLimits;
  readonly log: Log;
}

/** How long acknowledgements wait for others to be written with; where the agent is killed before, it costs a request more. */
const acknowledgeMs = 10_000;

/** Reads what an earlier agent left; what cannot be read is logged and done without. */
export async function openJournal(deps: JournalKeeperDeps): Promise<JournalKeeper> {
  const { clock, timeSync, bootId } = deps;
  const read = await readJournal(deps);
  const { statuses, waiting } = read;
  let { earlier } = read;
  let isClosed = false;
  const writer = createJournalWriter({ ...deps, ...read });
  let { last } = read.size;
  let timer: Timer | null = null;
  const notices = new Set<() => void>();

  function record(entry: JournalEntry): Recorded {
    last += 1;
    const record = {
      sequence: last,
      at: Math.trunc(clock.now()),
      monotonicMs: Math.trunc(clock.monotonic()),
      bootId,
      isSynchronised: timeSync.isSynchronised(),
      entry: numbered(entry, last),
    };
    waiting.set(record.sequence, record.at);
    const recorded = { sequence: record.sequence, durable: writer.add(record) };
    for (const notice of [...notices]) notice();
    return recorded;
  }

  async function waitingRecords(limit: number): Promise<readonly JournalRecord[]> {
    const unsaved = await writer.unsaved();
    const [oldest = Infinity] = waiting.keys();
    const kept = await readWaiting(deps, { from: oldest, limit, isWaiting });
    return [...kept, ...unsaved.filter(({ sequence }) => isWaiting(sequence))].slice(0, limit);
  }

  function isWaiting(sequence: number): boolean {
    return waiting.has(sequence);
  }

  function isTold(sequences: readonly number[]): boolean {
    const newest = sequences.at(-1);
    return newest !== undefined && newest > writer.lostUpTo() && !sequences.some(isWaiting);
  }

  function changed(object: JournalObject, status: PlainMap): Recorded | null {
    const key = objectKey(object);
    const changes = changesOf({ before: statuses.get(key) ?? {}, after: status });
    statuses.set(key, status);
    return changes === null ? null : record({ kind: "Changed", object, changes });
  }

  function acknowledge(sequences: Iterable<number>): void {
    const known = [...sequences].filter((sequence) => waiting.delete(sequence));
    if (known.length === 0) return;
    known.forEach(writer.acknowledged);
    if (isClosed) return;
    timer ??= clock.after(acknowledgeMs, () => {
      timer = null;
      void writer.save();
    });
  }

  return {
    record,
    changed,
    gone(object) {
      return statuses.delete(objectKey(object)) ? record({ kind: "Gone", object }) : null;
    },
    status: (object) => statuses.get(object),
    objects: () => [...statuses.keys()],
    acknowledge,
    earlier: () => earlier,
    forgetEarlier: () => void (earlier = []),
    isWaiting,
    isTold,
    waiting: ({ limit }) => waitingRecords(limit),
    onRecord(notice) {
      notices.add(notice);
      return { [Symbol.dispose]: () => void notices.delete(notice) };
    },
    bootId,
    last: () => last,
    view() {
      const [oldestAt = null] = waiting.values();
      return { ...writer.view(), waiting: waiting.size, oldestAt };
    },
    async close() {
      isClosed = true;
      timer?.cancel();
      await writer.save();
    },
  };
}

/** An event that is told of for the first time has the number of its own record. */
function numbered(entry: JournalEntry, sequence: number): JournalEntry {
  return entry.kind === "Event" && entry.first === 0 ? { ...entry, first: sequence } : entry;
}
