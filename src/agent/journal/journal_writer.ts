/** Writes the journal: what comes while a write is under way goes together, acknowledgements now and then, and what is over goes in lots. */
import { compact, type Compacted, type JournalLimits } from "../../core/journal/compact.ts";
import { type JournalRecord, objectKey } from "../../core/journal/record.ts";
import { type Instant, second } from "../../core/instant.ts";
import type { PlainMap } from "../../core/plain_map.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Journal, JournalChange, JournalSize } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import { recordsOf } from "./read_journal.ts";

export interface JournalWriter {
  /** Resolves when it is on the disk, or cannot be. */
  add(record: JournalRecord): Promise<void>;
  /** A record does not wait any more: that is written by `save`. */
  acknowledged(sequence: number): void;
  /** Writes what is not written yet, acknowledgements too; never rejects. */
  save(): Promise<void>;
  /** What is not in the journal, in order, once what is under way has ended. */
  unsaved(): Promise<readonly JournalRecord[]>;
  /** Up to this sequence records have made way without a newer one that tells for them; 0: none. */
  lostUpTo(): number;
  view(): Pick<JournalSize, "records" | "bytes"> & {
    readonly folded: number;
    readonly problem: string;
  };
}

export interface JournalWriterDeps {
  readonly journal: Journal;
  readonly limits: JournalLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** As it is at the beginning. */
  readonly size: JournalSize;
  /** The newest record that the API server has got so far; 0: none. */
  readonly acknowledged: number;
  /** As they are now, by `objectKey`. */
  readonly statuses: ReadonlyMap<string, PlainMap>;
  /** Objects whose statuses have changed since they were stored as a whole. */
  readonly touched: Set<string>;
  /** Those that the API server lacks, in order; the writer takes out what has made way for others. */
  readonly waiting: Map<number, Instant>;
}

/** How many acknowledged records are kept: to remove each by itself would write twice. */
const keptAcknowledged = 500;
/** How soon a store that could not write is tried again. */
const retryMs = 10 * second;

export function createJournalWriter(deps: JournalWriterDeps): JournalWriter {
  const { journal, limits, clock, log, statuses, touched, waiting } = deps;
  /** A cursor that went back to an older record would have what came after it told again. */
  let { size, acknowledged } = deps;
  /** Something was acknowledged that the journal does not know of. */
  let isCursorBehind = false;
  let unsaved: JournalRecord[] = [];
  let removedUpTo = 0;
  let folded = 0;
  let lostUpTo = 0;
  let failure: { readonly problem: string; readonly retryAt: number } | null = null;
  let underWay: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  /** Each time it is written costs a page. */
  let isCursorDue = false;

  function add(record: JournalRecord): Promise<void> {
    unsaved.push(record);
    const { entry } = record;
    if (entry.kind === "Changed" || entry.kind === "Gone") touched.add(objectKey(entry.object));
    return saveSoon();
  }

  function save(): Promise<void> {
    isCursorDue = true;
    return saveSoon();
  }

  function saveSoon(): Promise<void> {
    next ??= underWay.then(() => {
      next = null;
      return saveNow();
    });
    underWay = next;
    return next;
  }

  async function saveNow(): Promise<void> {
    if (failure !== null && clock.monotonic() < failure.retryAt) return foldUnsaved();
    const [records, withCursor] = [unsaved, isCursorDue && isCursorBehind];
    isCursorDue = false;
    if (records.length === 0 && !withCursor) return;
    unsaved = [];
    if (withCursor) isCursorBehind = false;
    try {
      size = await journal.write({ records, ...(withCursor && cursorChange(acknowledged)) });
    } catch (err) {
      unsaved = [...records, ...unsaved];
      isCursorBehind ||= withCursor;
      isCursorDue ||= withCursor;
      return failed(err);
    }
    try {
      await makeRoom();
      succeeded();
    } catch (err) {
      failed(err);
    }
  }

  function cursorChange(upTo: number): Pick<JournalChange, "cursors"> {
    const except = [...waiting.keys()].filter((sequence) => sequence <= upTo);
    return { cursors: new Map([["api", { upTo, except }]]) };
  }

  async function makeRoom(): Promise<void> {
    if (size.records - waiting.size > keptAcknowledged) await removeAcknowledged();
    if (size.records > limits.maxRecords || size.bytes > limits.maxBytes) await fold();
  }

  async function removeAcknowledged(): Promise<void> {
    const [oldest = Infinity] = waiting.keys();
    const upTo = Math.min(oldest, size.last) - 1;
    if (upTo <= removedUpTo) return;
    await remove({ removedUpTo: upTo });
    removedUpTo = upTo;
  }

  /** What the records have said of the objects is stored in their place. */
  async function remove(change: JournalChange): Promise<void> {
    const objects = [...touched];
    touched.clear();
    const states = new Map(objects.map((key) => [key, statuses.get(key) ?? null]));
    try {
      size = await journal.write({ ...change, states });
    } catch (err) {
      objects.forEach((key) => touched.add(key));
      throw err;
    }
  }

  async function fold(): Promise<void> {
    const all = await Array.fromAsync(recordsOf(journal));
    const { last } = size;
    const needed = all.filter(({ entry, sequence }) =>
      waiting.has(sequence) || entry.kind === "Gap" || sequence === last
    );
    const compacted = compact(needed, halfOf(limits));
    const { records } = compacted;
    await remove({ removedUpTo: last, records });
    makeWay(all, compacted);
    log.warn("The journal was full, only the first and last states of the objects are kept", {
      records: all.length,
      kept: records.length,
    });
  }

  /** What was folded into others waits with them. */
  function makeWay(all: readonly JournalRecord[], compacted: Compacted): void {
    const told = compacted.records.filter(({ entry }) => entry.kind !== "Gap");
    const kept = new Set(told.map(({ sequence }) => sequence));
    for (const { sequence } of all) if (!kept.has(sequence)) waiting.delete(sequence);
    folded += compacted.folded;
    lostUpTo = Math.max(lostUpTo, compacted.lostUpTo);
  }

  function foldUnsaved(): void {
    if (unsaved.length <= limits.maxRecords) return;
    const compacted = compact(unsaved, halfOf(limits));
    makeWay(unsaved, compacted);
    unsaved = [...compacted.records];
  }

  function failed(err: unknown): void {
    const problem = messageOf(err);
    if (failure === null) log.warn("Could not write the journal, going on in memory", { err });
    failure = { problem, retryAt: clock.monotonic() + retryMs };
    foldUnsaved();
  }

  function succeeded(): void {
    if (failure !== null) log.info("Could write the journal again");
    failure = null;
  }

  return {
    add,
    acknowledged(sequence) {
      acknowledged = Math.max(acknowledged, sequence);
      isCursorBehind = true;
    },
    save,
    async unsaved() {
      await underWay;
      return [...unsaved];
    },
    lostUpTo: () => lostUpTo,
    view() {
      const { records, bytes } = size;
      return { records, bytes, folded, problem: failure?.problem ?? "" };
    },
  };
}

/** So that it is not full again at once. */
function halfOf({ maxRecords, maxBytes }: JournalLimits): JournalLimits {
  return { maxRecords: Math.ceil(maxRecords / 2), maxBytes: maxBytes / 2 };
}
