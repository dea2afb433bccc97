/** The store's versioned schema. */
import type { DatabaseSync } from "node:sqlite";
import { journalSchema } from "./journal_schema.ts";

/** Each entry brings the schema from its index to the next version; entries are never changed, only added. */
const migrations: readonly string[] = [
  `CREATE TABLE pod_memory (uid TEXT PRIMARY KEY, memory TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE object (
     resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
     uid TEXT NOT NULL, version TEXT NOT NULL, content BLOB NOT NULL,
     PRIMARY KEY (resource, namespace, name)
   ) WITHOUT ROWID;
   CREATE TABLE token (
     pod_uid TEXT NOT NULL, key TEXT NOT NULL, expires_at INTEGER NOT NULL, content BLOB NOT NULL,
     PRIMARY KEY (pod_uid, key)
   ) WITHOUT ROWID;
   CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID`,
  journalSchema,
];

/** Brings the schema to the newest version, one transaction a version. Throws what SQLite throws. */
export function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > migrations.length) {
    throw new Error(`the store is of version ${version}, newer than this program knows`);
  }
  for (const [index, statement] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN; ${statement}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
  assertTables(database);
}

/** A header whose version was flipped promises tables that are not there. */
function assertTables(database: DatabaseSync): void {
  const names = migrations.flatMap((text) => [...text.matchAll(/CREATE TABLE (\w+)/g)]);
  for (const [, name = ""] of names) {
    const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(name);
    if (found === undefined) throw new Error(`the store is damaged: it has no table ${name}`);
  }
}
