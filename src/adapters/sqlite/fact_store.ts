/** Single facts about the site in SQLite. */
import type { FactName, FactStore } from "../../ports/fact_store.ts";
import type { Commits } from "./commits.ts";
import { attempt, type Connection, type Row } from "./connection.ts";

/** All of them, or it does not compile. */
const names: Readonly<Record<FactName, true>> = {
  ClusterUid: true,
  PodsVersion: true,
  LastTime: true,
  DeletionsHeld: true,
  Outages: true,
  RelaySession: true,
};

export function factStore(connection: Connection, { write }: Commits): FactStore {
  const all = connection.prepare("SELECT name, value FROM fact");
  const known = connection.prepare("SELECT value FROM fact WHERE name = ?");
  const put = connection.prepare("INSERT OR REPLACE INTO fact VALUES (?, ?)");
  return {
    load: () => attempt(() => new Map(all.all().flatMap(entryOf))),
    async save(name, value) {
      const before = await attempt(() => known.get(name));
      if (before?.["value"] === value) return;
      await write({ cause: "facts", work: () => put.run(name, value) });
    },
  };
}

/** What a later version of the program kept is none of ours. */
function entryOf(row: Row): readonly [FactName, string][] {
  const name = String(row["name"]);
  return isName(name) ? [[name, String(row["value"])]] : [];
}

function isName(name: string): name is FactName {
  return Object.hasOwn(names, name);
}
