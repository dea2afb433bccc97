/** A damaged store: telling it, setting it aside, and taking over what can be read of it. */
import { DatabaseSync } from "node:sqlite";
import type { Instant } from "../../core/instant.ts";
import { messageOf } from "../../ports/errors.ts";

/**
 * The file's own fault, which it keeps, and not the disk's; in SQLite's words, for Deno gives no code. A table that exists where it
 * is to be created is that of a header whose version was flipped.
 */
export function isDamage(err: unknown): boolean {
  return /malformed|not a database|damaged|newer than this program|table \w+ already exists/.test(
    messageOf(err),
  );
}

/** Nothing of what is read can say that. */
function isFull(err: unknown): boolean {
  return /full/.test(messageOf(err));
}

/**
 * Renames the store; gives the name that it has then. The write-ahead log belongs to it: left beside a new one it would be
 * replayed into it.
 */
export function setAside({ path, now }: { readonly path: string; readonly now: Instant }): string {
  const aside = datedName(`${path}.damaged`, now);
  for (const suffix of suffixes) renameIfThere(path + suffix, aside + suffix);
  removeOlder({ aside, prefix: `${path}.damaged-` });
  return aside;
}

/** What belongs to a store. */
const suffixes = ["-shm", "-wal", ""];
/** Of a disk that damages one store after the other. */
const keptAside = 3;

function removeOlder({ aside, prefix }: { readonly aside: string; readonly prefix: string }): void {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const others = [...Deno.readDirSync(folder)].map(({ name }) => folder + name)
    .filter((path) => path.startsWith(prefix) && path !== aside && !/-(wal|shm)$/.test(path));
  for (const path of others.toSorted().slice(0, 1 - keptAside)) {
    for (const suffix of suffixes) removeIfThere(path + suffix);
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (err) {
    if (!(err instanceof Deno.errors.NotFound)) throw err;
  }
}

/** A name that is not used yet: a board's clock may stand still or go back. */
export function datedName(path: string, now: Instant): string {
  const name = `${path}-${new Date(now).toISOString().replaceAll(":", "")}`;
  let unused = name;
  for (let n = 2; exists(unused); n++) unused = `${name}-${n}`;
  return unused;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (err) {
    if (!(err instanceof Deno.errors.NotFound)) throw err;
  }
}

/**
 * Takes over the rows of a store that was set aside, as far as they can be read, where the new one has none of that name. Gives
 * how many. Without a link they are all that is known of the pods, so a disk without room for them is thrown: nothing is taken
 * over then, and it can be tried again.
 */
export function salvage({ from, into }: {
  readonly from: string;
  readonly into: DatabaseSync;
}): number {
  let old: DatabaseSync | null = null;
  try {
    old = new DatabaseSync(from);
    old.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = 1");
    const tables = namesOf(into, "SELECT name FROM sqlite_schema WHERE type = 'table'");
    into.exec("BEGIN");
    const counts = [];
    for (const table of tables) counts.push(salvageTable({ table, old, into }));
    into.exec("COMMIT");
    return counts.reduce((sum, count) => sum + count, 0);
  } catch (err) {
    if (into.isTransaction) into.exec("ROLLBACK");
    if (isFull(err)) throw err;
    return 0;
  } finally {
    old?.close();
  }
}

interface TableSalvage {
  readonly table: string;
  readonly old: DatabaseSync;
  readonly into: DatabaseSync;
}

/** From both ends up to where the damage is. */
function salvageTable({ table, old, into }: TableSalvage): number {
  try {
    const columns = sharedColumns({ table, old, into });
    const list = columns.join(", ");
    const put = into.prepare(
      `INSERT OR IGNORE INTO ${table} (${list}) VALUES (${columns.map(() => "?").join(", ")})`,
    );
    let count = 0;
    for (const order of ["ASC", "DESC"]) {
      const rows = old.prepare(`SELECT ${list} FROM ${table} ORDER BY 1 ${order}`);
      count += copied(rows.iterate(), (row) => {
        return Number(put.run(...columns.map((column) => row[column] ?? null)).changes);
      });
    }
    return count;
  } catch (err) {
    if (isFull(err)) throw err;
    return 0;
  }
}

type Row = ReturnType<ReturnType<DatabaseSync["prepare"]>["all"]>[number];

function copied(rows: Iterable<Row>, put: (row: Row) => number): number {
  let count = 0;
  try {
    for (const row of rows) count += put(row);
  } catch (err) {
    // Else this is where the damage is.
    if (isFull(err)) throw err;
  }
  return count;
}

/** A newer program's table may have more of them. */
function sharedColumns({ table, old, into }: TableSalvage): readonly string[] {
  const known = new Set(namesOf(old, `SELECT name FROM pragma_table_info('${table}')`));
  const columns = namesOf(into, `SELECT name FROM pragma_table_info('${table}')`);
  return columns.filter((column) => known.has(column));
}

function namesOf(database: DatabaseSync, query: string): readonly string[] {
  return database.prepare(query).all().map(({ name }) => String(name));
}
