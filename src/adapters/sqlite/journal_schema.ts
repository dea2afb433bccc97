/** The tables of the journal. */

/** One row for each record; the entry as JSON text. */
export const journalSchema = `
  CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, monotonic INTEGER NOT NULL,
    boot TEXT NOT NULL, synchronised INTEGER NOT NULL, entry TEXT NOT NULL
  );
  CREATE TABLE journal_cursor (
    name TEXT PRIMARY KEY, up_to INTEGER NOT NULL, except_for TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE journal_state (object TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID`;
