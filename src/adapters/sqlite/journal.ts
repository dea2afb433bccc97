/** The journal in SQLite. */
import type { JournalCursor, JournalEntry, JournalRecord } from "../../core/journal/record.ts";
import type { PlainMap } from "../../core/plain_map.ts";
import type { Journal, JournalChange, JournalSize, WayOut } from "../../ports/journal.ts";
import type { Commits } from "./commits.ts";
import { packedBytes, packedEntry, unpackedEntry } from "./journal_entry.ts";
import { attempt, type Connection, type Row, type Statement } from "./connection.ts";

const waysOut: ReadonlySet<string> = new Set<WayOut>(["api"]);

export function journal(connection: Connection, { soon }: Commits): Journal {
  const statements = prepare(connection);
  let known: JournalSize | null = null;
  let upsets = 0;

  /** Counted once; the rows would all be read for it. */
  function size(): JournalSize {
    if (connection.upsets() !== upsets) known = null;
    upsets = connection.upsets();
    known ??= sizeOf(statements.size.get(Number.MAX_SAFE_INTEGER));
    return known;
  }

  function apply(change: JournalChange): void {
    const { removedUpTo, records = [], cursors = new Map(), states = new Map() } = change;
    const rows = records.map(rowOf);
    known = sizeAfter({ removedUpTo, rows }, statements, size());
    if (removedUpTo !== undefined) statements.remove.run(removedUpTo);
    for (const { columns } of rows) statements.put.run(...columns);
    for (const [name, { upTo, except }] of cursors) {
      statements.putCursor.run(name, upTo, JSON.stringify(except));
    }
    for (const [object, state] of states) {
      if (state === null) statements.dropState.run(object);
      else statements.putState.run(object, JSON.stringify(state));
    }
  }

  return {
    size: () => attempt(size),
    read: ({ after, limit }) =>
      attempt(() => statements.page.all(after, Math.min(limit, 1 << 30)).map(recordOf)),
    cursors: () => attempt(() => new Map(statements.cursors.all().flatMap(cursorOf))),
    states: () =>
      attempt(() =>
        new Map(
          statements.states.all().flatMap(({ object, state }): readonly [string, PlainMap][] => {
            const status = parsed<PlainMap>(String(state));
            return status === null ? [] : [[String(object), status]];
          }),
        )
      ),
    async write(change) {
      const bytes = sum((change.records ?? []).map(({ entry }) => JSON.stringify(entry).length));
      await soon({ cause: "journal", bytes, work: () => apply(change) });
      return size();
    },
  };
}

function prepare(connection: Connection): Statements {
  return {
    size: connection.prepare(
      "SELECT count(*) AS records, coalesce(sum(octet_length(entry)), 0) AS bytes, " +
        "coalesce(max(sequence), 0) AS last FROM journal WHERE sequence <= ?",
    ),
    bytesOf: connection.prepare(
      "SELECT octet_length(entry) AS bytes FROM journal WHERE sequence = ?",
    ),
    page: connection.prepare("SELECT * FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?"),
    remove: connection.prepare("DELETE FROM journal WHERE sequence <= ?"),
    put: connection.prepare("INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?, ?)"),
    cursors: connection.prepare("SELECT * FROM journal_cursor"),
    putCursor: connection.prepare("INSERT OR REPLACE INTO journal_cursor VALUES (?, ?, ?)"),
    states: connection.prepare("SELECT * FROM journal_state"),
    putState: connection.prepare("INSERT OR REPLACE INTO journal_state VALUES (?, ?)"),
    dropState: connection.prepare("DELETE FROM journal_state WHERE object = ?"),
  };
}

type Statements = Readonly<
  Record<
    | "size"
    | "bytesOf"
    | "page"
    | "remove"
    | "put"
    | "cursors"
    | "putCursor"
    | "states"
    | "putState"
    | "dropState",
    Statement
  >
>;

interface PackedRow {
  readonly sequence: number;
  readonly columns: readonly (number | string | Uint8Array)[];
  readonly bytes: number;
}

/** Asked before the change is made. */
function sizeAfter(
  { removedUpTo = 0, rows }: {
    readonly removedUpTo: number | undefined;
    readonly rows: readonly PackedRow[];
  },
  statements: Pick<Statements, "size" | "bytesOf">,
  before: JournalSize,
): JournalSize {
  const removed = removedUpTo > 0 ? sizeOf(statements.size.get(removedUpTo)) : nothing;
  const replaced = rows.map(({ sequence }) => sequence)
    .filter((sequence) => sequence > removedUpTo && sequence <= before.last)
    .map((sequence) => statements.bytesOf.get(sequence))
    .flatMap((row) => row === undefined ? [] : [Number(row["bytes"])]);
  return {
    records: before.records - removed.records - replaced.length + rows.length,
    bytes: before.bytes - removed.bytes - sum(replaced) + sum(rows.map(({ bytes }) => bytes)),
    last: rows.reduce((last, { sequence }) => Math.max(last, sequence), before.last),
  };
}

const nothing: JournalSize = { records: 0, bytes: 0, last: 0 };

function sizeOf(row: Row | undefined): JournalSize {
  return {
    records: Number(row?.["records"] ?? 0),
    bytes: Number(row?.["bytes"] ?? 0),
    last: Number(row?.["last"] ?? 0),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function rowOf(
  { sequence, at, monotonicMs, bootId, isSynchronised, entry }: JournalRecord,
): PackedRow {
  const packed = packedEntry(entry);
  const times = [Math.trunc(at), Math.trunc(monotonicMs)];
  const columns = [sequence, ...times, bootId, Number(isSynchronised), packed];
  return { sequence, columns, bytes: packedBytes(packed) };
}

function recordOf(row: Row): JournalRecord {
  return {
    sequence: Number(row["sequence"]),
    at: Number(row["at"]),
    monotonicMs: Number(row["monotonic"]),
    bootId: String(row["boot"]),
    isSynchronised: row["synchronised"] === 1,
    entry: entryOf(row),
  };
}

/** One that is damaged is missing, and that is what is told of it. */
function entryOf(row: Row): JournalEntry {
  const [sequence, at] = [Number(row["sequence"]), Number(row["at"])];
  return unpackedEntry(row["entry"]) ??
    { kind: "Gap", subject: "", count: 1, to: sequence, until: at };
}

/** Null for what is no JSON. */
function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A way out of a later version of the program is none of ours. */
function cursorOf(row: Row): readonly [WayOut, JournalCursor][] {
  const name = String(row["name"]);
  const except = parsed<readonly number[]>(String(row["except_for"]));
  // From before the first one: what was told already is told again.
  const cursor = except === null ? { upTo: 0, except: [] } : { upTo: Number(row["up_to"]), except };
  return isWayOut(name) ? [[name, cursor]] : [];
}

function isWayOut(name: string): name is WayOut {
  return waysOut.has(name);
}
