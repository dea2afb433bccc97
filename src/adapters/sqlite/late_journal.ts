/** A store that could be opened only after its agent had begun without: the agent counts its journal from 1 again. */
import type { DatabaseSync } from "node:sqlite";

/**
 * Makes room for the agent's own journal; what lay in the store is copied to `copy` as a whole first, so that nothing observed is
 * lost. Gives whether there was anything. Throws what SQLite throws.
 */
export function putEarlierJournalAside(
  database: DatabaseSync,
  { copy }: { readonly copy: string },
): boolean {
  if (database.prepare("SELECT 1 FROM journal LIMIT 1").get() === undefined) return false;
  database.prepare("VACUUM INTO ?").run(copy);
  database.exec(
    "BEGIN; DELETE FROM journal; DELETE FROM journal_cursor; DELETE FROM journal_state; COMMIT",
  );
  return true;
}
