/** The pods' memory in SQLite. */
import type { DatabaseSync } from "node:sqlite";
import type { PodMemory } from "../../core/pod/memory.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import type { MemoryStore } from "../../ports/memory_store.ts";
import { openDatabase } from "./database.ts";

/** Opens the store; one that cannot be read is set aside under a dated name, reported, and begun anew. */
export function openMemoryStore(
  { path, log, now }: { readonly path: string; readonly log: Log; readonly now: number },
): MemoryStore {
  try {
    return memoryStore(readable(openDatabase(path)));
  } catch (err) {
    const aside = `${path}.damaged-${new Date(now).toISOString().replaceAll(":", "")}`;
    log.error("Store cannot be read, setting it aside and beginning a new one", {
      path,
      aside,
      err,
    });
    setAside(path, aside);
    return memoryStore(openDatabase(path));
  }
}

function readable(database: DatabaseSync): DatabaseSync {
  const verdict = database.prepare("PRAGMA quick_check").get()?.["quick_check"];
  if (verdict === "ok") return database;
  database.close();
  throw new Error(`the store is damaged: ${verdict}`);
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
