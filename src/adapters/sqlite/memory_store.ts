/** The pods' memory in SQLite. */
import type { DatabaseSync } from "node:sqlite";
import type { Instant } from "../../core/instant.ts";
import type { PodMemory } from "../../core/pod/memory.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { MemoryStore } from "../../ports/memory_store.ts";
import { openDatabase } from "./database.ts";

export interface OpenOptions {
  readonly path: string;
  readonly log: Log;
  /** Dates the name of a store that is set aside. */
  readonly now: Instant;
}

/**
 * Opens the store; never throws. One that is damaged is set aside under a dated name, reported, and begun anew. Where the disk
 * takes none (it is full, read-only, not there), what would be stored is kept in memory until the agent ends: pods come first.
 */
export function openMemoryStore(options: OpenOptions): MemoryStore {
  const { path, log } = options;
  try {
    return memoryStore(openOrBeginAnew(options));
  } catch (err) {
    log.error("Store cannot be opened, going on without one until the next start", { path, err });
    return memoryStore(openDatabase(":memory:"));
  }
}

function openOrBeginAnew({ path, log, now }: OpenOptions): DatabaseSync {
  try {
    return readable(openDatabase(path));
  } catch (err) {
    if (!isDamage(err)) throw err;
    const aside = `${path}.damaged-${new Date(now).toISOString().replaceAll(":", "")}`;
    setAside(path, aside);
    log.error("Store is damaged, set it aside and began a new one", { path, aside, err });
    return openDatabase(path);
  }
}

/** The file's own fault, which it keeps, and not the disk's; in SQLite's words, for Deno gives no code. */
function isDamage(err: unknown): boolean {
  return /malformed|not a database|damaged|newer than this program/.test(messageOf(err));
}

function readable(database: DatabaseSync): DatabaseSync {
  const verdict = String(database.prepare("PRAGMA quick_check").get()?.["quick_check"]);
  if (verdict === "ok") return database;
  database.close();
  throw new Error(`the store is damaged: ${verdict.split("\n").slice(0, 2).join(" ")}`);
}

/** The write-ahead log belongs to the file: left beside a new one it would be replayed into it. */
function setAside(path: string, aside: string): void {
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      Deno.renameSync(path + suffix, aside + suffix);
    } catch (err) {
      if (!(err instanceof Deno.errors.NotFound)) throw err;
    }
  }
}

function memoryStore(database: DatabaseSync): MemoryStore {
  const all = database.prepare("SELECT uid, memory FROM pod_memory");
  const put = database.prepare(
    "INSERT INTO pod_memory (uid, memory) VALUES (?, ?) ON CONFLICT (uid) DO UPDATE SET memory = excluded.memory",
  );
  const drop = database.prepare("DELETE FROM pod_memory WHERE uid = ?");
  return {
    load: () => attempt(() => new Map(all.all().map(entryOf))),
    save: (uid, memory) => attempt(() => void put.run(uid, JSON.stringify(memory))),
    remove: (uid) => attempt(() => void drop.run(uid)),
    close: () => attempt(() => database.close()),
  };
}

function entryOf(row: Record<string, unknown>): [string, PodMemory] {
  return [String(row["uid"]), JSON.parse(String(row["memory"]))];
}

/** SQLite works in the foreground; its errors become the port's. */
function attempt<T>(work: () => T): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (err) {
    return Promise.reject(new Unavailable(`store: ${messageOf(err)}`, { cause: err }));
  }
}
