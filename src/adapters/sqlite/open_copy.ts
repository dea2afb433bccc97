/** How the store is read where its file cannot be written. */
import type { DatabaseSync } from "node:sqlite";
import { isDamage, salvage } from "./damage.ts";
import { openDatabase } from "./database.ts";

/** A file system in memory that Deno lets the agent into. */
const memoryFolder = "/run";

/**
 * Opens what the file holds, for reading alone: SQLite can read a write-ahead log only where it may write, so it is given a copy
 * in memory; of a damaged one what can still be read. Throws where the file cannot be read either.
 */
export function openCopy(path: string): DatabaseSync {
  const folder = Deno.makeTempDirSync({ dir: memoryFolder, prefix: "skerry-store-" });
  try {
    const copy = `${folder}/store`;
    Deno.copyFileSync(path, copy);
    copyIfThere(`${path}-wal`, `${copy}-wal`);
    const database = openOrSalvage(copy);
    database.exec("PRAGMA query_only = 1");
    return database;
  } finally {
    // What is open stays until it is closed.
    Deno.removeSync(folder, { recursive: true });
  }
}

function openOrSalvage(copy: string): DatabaseSync {
  try {
    return openDatabase(copy);
  } catch (err) {
    if (!isDamage(err)) throw err;
    const fresh = openDatabase(`${copy}-anew`);
    salvage({ from: copy, into: fresh });
    return fresh;
  }
}

function copyIfThere(from: string, to: string): void {
  try {
    Deno.copyFileSync(from, to);
  } catch (err) {
    if (!(err instanceof Deno.errors.NotFound)) throw err;
  }
}
