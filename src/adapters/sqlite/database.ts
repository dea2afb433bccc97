/** The agent's one local database: opening it, its settings, and its versioned schema. */
import { DatabaseSync } from "node:sqlite";

/** Each entry brings the schema from its index to the next version; entries are never changed, only added. */
const migrations: readonly string[] = [
  `CREATE TABLE pod_memory (uid TEXT PRIMARY KEY, memory TEXT NOT NULL) WITHOUT ROWID`,
];

/** Opens the database, creating and migrating it as needed. Throws what SQLite throws. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;",
    );
    migrate(database);
    return database;
  } catch (err) {
    database.close();
    throw err;
  }
}

function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > migrations.length) {
    throw new Error(`the store is of version ${version}, newer than this program knows`);
  }
  for (const [index, statement] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN; ${statement}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
