/** Reads what an earlier agent has left in the journal. */
import { withChanges } from "../../core/journal/changes.ts";
import { isAcknowledged, type JournalRecord, objectKey } from "../../core/journal/record.ts";
import type { Instant } from "../../core/instant.ts";
import type { PlainMap } from "../../core/plain_map.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Journal, JournalSize } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";

export interface ReadJournal {
  readonly size: JournalSize;
  /** The newest record that the API server has got; 0: none. */
  readonly acknowledged: number;
  /** The last statuses of the objects, by `objectKey`. */
  readonly statuses: Map<string, PlainMap>;
  /** Objects that records tell of. */
  readonly touched: Set<string>;
  /** What the API server lacks, and all events, in order. */
  readonly earlier: readonly JournalRecord[];
  /** When the records were observed that the API server lacks, by their sequences, in order. */
  readonly waiting: Map<number, Instant>;
}

/** How many records are read at a time. */
const pageSize = 500;

export async function readJournal(
  { journal, log }: { readonly journal: Journal; readonly log: Log },
): Promise<ReadJournal> {
  try {
    return await readAll(journal);
  } catch (err) {
    log.error("Could not read the journal, going on without what is in it", {
      err: messageOf(err),
    });
    const size = { records: 0, bytes: 0, last: 0 };
    const nothing = { statuses: new Map(), touched: new Set<string>(), waiting: new Map() };
    return { size, acknowledged: 0, earlier: [], ...nothing };
  }
}

async function readAll(journal: Journal): Promise<ReadJournal> {
  const cursor = (await journal.cursors()).get("api") ?? { upTo: 0, except: [] };
  const statuses = new Map(await journal.states());
  const touched = new Set<string>();
  const earlier: JournalRecord[] = [];
  const waiting = new Map<number, Instant>();
  for await (const record of recordsOf(journal)) {
    const { entry } = record;
    takeStatus(statuses, record);
    if (entry.kind === "Changed" || entry.kind === "Gone") touched.add(objectKey(entry.object));
    const isOpen = entry.kind !== "Gap" && !isAcknowledged(cursor, record.sequence);
    if (isOpen) waiting.set(record.sequence, record.at);
    if (isOpen || entry.kind === "Event") earlier.push(record);
  }
  const { upTo: acknowledged } = cursor;
  const counted = await journal.size();
  // Of a damaged store the newest records may be lost: what takes their numbers would count as acknowledged.
  const size = { ...counted, last: Math.max(counted.last, acknowledged) };
  return { size, acknowledged, statuses, touched, earlier, waiting };
}

/** Those that wait, in order; what cannot be read is logged and left out. */
export async function readWaiting(
  { journal, log }: { readonly journal: Journal; readonly log: Log },
  { from, limit, isWaiting }: {
    readonly from: number;
    readonly limit: number;
    readonly isWaiting: (sequence: number) => boolean;
  },
): Promise<readonly JournalRecord[]> {
  const found: JournalRecord[] = [];
  if (from === Infinity) return found;
  try {
    for await (const record of recordsOf(journal, { after: from - 1 })) {
      if (isWaiting(record.sequence)) found.push(record);
      if (found.length >= limit) break;
    }
  } catch (err) {
    log.debug("Could not read the journal", { err: messageOf(err) });
  }
  return found;
}

/** All records after one, in order. */
export async function* recordsOf(
  journal: Journal,
  { after: start = 0 }: { readonly after?: number } = {},
): AsyncIterable<JournalRecord> {
  for (let after = start;;) {
    const page = await journal.read({ after, limit: pageSize });
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1)?.sequence ?? after;
  }
}

function takeStatus(statuses: Map<string, PlainMap>, { entry }: JournalRecord): void {
  if (entry.kind === "Gone") statuses.delete(objectKey(entry.object));
  if (entry.kind !== "Changed") return;
  const key = objectKey(entry.object);
  statuses.set(key, withChanges(statuses.get(key) ?? {}, entry.changes));
}
