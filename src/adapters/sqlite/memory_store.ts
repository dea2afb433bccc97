/** The pods' memory in SQLite. */
import type { PodMemory } from "../../core/pod/memory.ts";
import type { MemoryStore } from "../../ports/memory_store.ts";
import type { Commits } from "./commits.ts";
import { attempt, type Connection, type Row } from "./connection.ts";

export function memoryStore(connection: Connection, { write }: Commits): MemoryStore {
  const all = connection.prepare("SELECT uid, memory FROM pod_memory");
  const put = connection.prepare(
    "INSERT INTO pod_memory (uid, memory) VALUES (?, ?) ON CONFLICT (uid) DO UPDATE SET memory = excluded.memory",
  );
  const drop = connection.prepare("DELETE FROM pod_memory WHERE uid = ?");
  return {
    load: () => attempt(() => new Map(all.all().flatMap(entryOf))),
    save(uid, memory) {
      const text = JSON.stringify(memory);
      return write({ cause: "memory", bytes: text.length, work: () => put.run(uid, text) });
    },
    remove: (uid) => write({ cause: "memory", work: () => drop.run(uid) }),
  };
}

/** A damaged one costs one pod its back-off. */
function entryOf(row: Row): readonly [string, PodMemory][] {
  try {
    return [[String(row["uid"]), JSON.parse(String(row["memory"]))]];
  } catch {
    return [];
  }
}
