/** The one open database of the agent, which comes back by itself: a disk may be full, read-only or damaged for a while. */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Instant } from "../../core/instant.ts";
import type { StoreProblem, StoreProblemReason } from "../../core/store_state.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";
import { datedName, isDamage, salvage, setAside } from "./damage.ts";
import { putEarlierJournalAside } from "./late_journal.ts";
import { assertWritable, openDatabase } from "./database.ts";
import { openCopy } from "./open_copy.ts";

export type Row = Readonly<Record<string, unknown>>;

/** A statement of whatever database is open when it is run. */
export interface Statement {
  /** Nothing where no database can be opened. Throws Unavailable. */
  all(...values: SQLInputValue[]): readonly Row[];
  get(...values: SQLInputValue[]): Row | undefined;
  run(...values: SQLInputValue[]): void;
}

export interface Connection {
  prepare(sql: string): Statement;
  /** Runs `work` in a transaction, which is on the disk when it returns. Throws Unavailable, and then nothing of it is. */
  transaction(work: () => void): void;
  problem(): StoreProblem | null;
  /** Another number than before: what was found or made of the rows since may be true no more. */
  upsets(): number;
  /** Where a damaged store lies that this agent has set aside. */
  setAside(): string | null;
  /** Where there is a problem: tries whether it is over. Never throws. */
  recover(): void;
  close(): void;
}

export interface ConnectionOptions {
  readonly path: string;
  readonly log: Log;
  /** Dates the name of a store that is set aside. */
  readonly now: () => Instant;
}

/** Never throws: pods come first. */
export function openConnection({ path, log, now }: ConnectionOptions): Connection {
  let database: DatabaseSync | null = null;
  /** It is the file's, and no copy. */
  let isOfFile = false;
  /** Counts the databases, for statements belong to one. */
  let generation = 0;
  /** The one that was found to be damaged: that something can be written there heals nothing. */
  let damaged = -1;
  /** Counts databases, and transactions that were taken back. */
  let upsets = 0;
  let problem: StoreProblem | null = null;
  let aside: string | null = null;
  /** Of it nothing was taken over yet. */
  let isUnsalvaged = false;
  /** Whether there has been a database since the agent started. */
  let wasRead = false;
  let isClosed = false;

  function open(): void {
    try {
      assertWritable(path);
      use(withoutEarlierJournal(openOrBeginAnew()), { isFile: true });
      problem = null;
    } catch (err) {
      failed(err, { isOpening: true });
      if (database === null) openForReading();
    }
  }

  function openOrBeginAnew(): DatabaseSync {
    try {
      return takenOver(openDatabase(path));
    } catch (err) {
      if (!isDamage(err)) throw err;
      aside = setAside({ path, now: now() });
      isUnsalvaged = true;
      const fresh = openDatabase(path);
      const rows = salvageInto(fresh);
      log.error("Store is damaged, set it aside and began a new one", { path, aside, rows, err });
      return fresh;
    }
  }

  /** The agent has read nothing of what lies there, its journal begins anew. */
  function withoutEarlierJournal(next: DatabaseSync): DatabaseSync {
    if (problem === null || wasRead) return next;
    try {
      const copy = datedName(`${path}.earlier`, now());
      if (putEarlierJournalAside(next, { copy })) {
        log.warn("Store was opened late, the journal that lay in it is kept aside", { copy });
      }
      return next;
    } catch (err) {
      next.close();
      throw err;
    }
  }

  function takenOver(database: DatabaseSync): DatabaseSync {
    if (isUnsalvaged) salvageInto(database);
    return database;
  }

  function salvageInto(into: DatabaseSync): number {
    try {
      const rows = aside === null ? 0 : salvage({ from: aside, into });
      isUnsalvaged = false;
      return rows;
    } catch (err) {
      into.close();
      throw err;
    }
  }

  function openForReading(): void {
    try {
      use(openCopy(isUnsalvaged && aside !== null ? aside : path), { isFile: false });
    } catch (err) {
      log.info("Store cannot be read either", { path, err });
    }
  }

  function use(next: DatabaseSync, { isFile }: { readonly isFile: boolean }): void {
    database = next;
    isOfFile = isFile;
    wasRead = true;
    generation += 1;
    upsets += 1;
  }

  function failed(err: unknown, { isOpening }: { readonly isOpening: boolean }): void {
    const reason = reasonOf(err, { isOpening });
    if (reason === "Damaged" && !isOpening) damaged = generation;
    if (problem?.reason === reason) return;
    problem = { reason, detail: messageOf(err), since: problem?.since ?? now() };
    const what = isOpening ? "opened" : "written";
    log.error(`Store cannot be ${what}, going on without until it can be`, { path, reason, err });
  }

  function transaction(work: () => void): void {
    if (isClosed || database === null || !isOfFile) throw unavailable(new Error(nothingOpen));
    const current = database;
    try {
      current.exec("BEGIN IMMEDIATE");
      try {
        work();
        current.exec("COMMIT");
      } catch (err) {
        // A full disk ends the transaction by itself.
        if (current.isTransaction) current.exec("ROLLBACK");
        throw err;
      }
    } catch (err) {
      upsets += 1;
      if (isOfDisk(err)) failed(err, { isOpening: false });
      throw unavailable(err);
    }
    succeeded();
  }

  function succeeded(): void {
    if (problem === null || damaged === generation) return;
    log.info("Store can be written again", { path });
    problem = null;
  }

  function recover(): void {
    if (problem === null || isClosed) return;
    const isSound = database !== null && isOfFile && damaged !== generation;
    if (!(problem.reason === "DiskFull" && isSound) && !reopened()) return;
    try {
      transaction(() => void database?.exec(touch));
    } catch {
      // It has been told of.
    }
  }

  /** Whether there is another database than before. What can be read is kept until then. */
  function reopened(): boolean {
    try {
      assertWritable(path);
    } catch (err) {
      failed(err, { isOpening: true });
      return false;
    }
    close();
    const before = problem;
    open();
    if (problem !== null) return false;
    // That it can be written as well is told by the first write.
    problem = before;
    return true;
  }

  function close(): void {
    try {
      database?.close();
    } catch {
      // A disk that fails cannot end it in order; what was committed is there.
    }
    database = null;
  }

  function prepare(sql: string): Statement {
    let prepared: { readonly generation: number; readonly statement: StatementSync } | null = null;
    function current(): StatementSync | null {
      if (isClosed) throw unavailable(new Error("it is closed"));
      if (database === null) return null;
      if (prepared?.generation !== generation) {
        prepared = { generation, statement: database.prepare(sql) };
      }
      return prepared.statement;
    }
    function reading<T>(read: (statement: StatementSync) => T, none: T): T {
      try {
        const statement = current();
        return statement === null ? none : read(statement);
      } catch (err) {
        if (isDamage(err)) failed(err, { isOpening: false });
        throw unavailable(err);
      }
    }
    return {
      all: (...values) => reading((statement) => statement.all(...values), []),
      get: (...values) => reading((statement) => statement.get(...values), undefined),
      run: (...values) => void current()?.run(...values),
    };
  }

  open();
  return {
    prepare,
    transaction,
    problem: () => problem,
    upsets: () => upsets,
    setAside: () => aside,
    recover,
    close() {
      isClosed = true;
      close();
    },
  };
}

const nothingOpen = "there is no database that can be written";

/** Writes one page, whatever it holds. */
const touch = "UPDATE fact SET value = value; PRAGMA application_id = 0x736b7279";

/** A statement that is wrong is nobody's disk. */
function isOfDisk(err: unknown): boolean {
  return isDamage(err) || /full|readonly|I\/O|unable to open|locked/.test(messageOf(err));
}

function reasonOf(
  err: unknown,
  { isOpening }: { readonly isOpening: boolean },
): StoreProblemReason {
  const text = messageOf(err);
  if (isDamage(err)) return "Damaged";
  if (/full|No space left|os error 28|os error 122/.test(text)) return "DiskFull";
  if (/[Rr]ead-?only|os error 30/.test(text)) return "ReadOnly";
  return isOpening ? "CannotOpen" : "CannotWrite";
}

export function unavailable(err: unknown): Unavailable {
  if (err instanceof Unavailable) return err;
  return new Unavailable(`store: ${messageOf(err)}`, { cause: err });
}

/** SQLite works in the foreground; its errors become the port's. */
export function attempt<T>(work: () => T): Promise<T> {
  try {
    return Promise.resolve(work());
  } catch (err) {
    return Promise.reject(unavailable(err));
  }
}
