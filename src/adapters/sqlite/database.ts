/** Opening the database file, and its settings. */
import { DatabaseSync } from "node:sqlite";
import { migrate } from "./schema.ts";

/** Small: what changes is some hundred bytes at a time, and whole pages are written for it. */
export const pageBytes = 1024;
/** How long the write-ahead log becomes before its pages are brought over; a page that changes often is so brought over once. */
const logPages = 4096;

/**
 * The file belongs to one agent, so the index of its write-ahead log is in memory: as a file beside it, it would be written to
 * flash over and over, and a full disk had no room for it.
 */
const settings = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA page_size = ${pageBytes};
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = ${logPages};`;

/** Opens the database, creating and migrating it as needed, and has it checked. Throws what SQLite throws. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(settings);
    check(database);
    migrate(database);
    return database;
  } catch (err) {
    database.close();
    throw err;
  }
}

function check(database: DatabaseSync): void {
  const verdict = String(database.prepare("PRAGMA quick_check").get()?.["quick_check"]);
  if (verdict === "ok") return;
  throw new Error(`the store is damaged: ${verdict.split("\n").slice(0, 2).join(" ")}`);
}

/** Throws in the operating system's words where the file cannot be written, which SQLite says less well. */
export function assertWritable(path: string): void {
  try {
    Deno.openSync(path, { read: true, write: true }).close();
  } catch (err) {
    if (!(err instanceof Deno.errors.NotFound)) throw err;
  }
}
