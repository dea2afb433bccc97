/** Where the agent keeps what it has observed until it has been told of. */
import type { JournalCursor, JournalRecord } from "../core/journal/record.ts";
import type { PlainMap } from "../core/plain_map.ts";

/** A way out of the journal: the API server. */
export type WayOut = "api";

export interface JournalSize {
  readonly records: number;
  /** Of their entries, as they are kept. */
  readonly bytes: number;
  /** The greatest sequence; 0 where there is no record. */
  readonly last: number;
}

/** What is changed at once, in this order. What is left out stays. */
export interface JournalChange {
  /** All records up to this sequence go. The last record of all is never removed: sequences go on from it. */
  readonly removedUpTo?: number;
  /** New ones, or others in the place of those with the same sequence. */
  readonly records?: readonly JournalRecord[];
  readonly cursors?: ReadonlyMap<WayOut, JournalCursor>;
  /** The whole statuses of objects whose records have gone, by `objectKey`; null: the object has gone. */
  readonly states?: ReadonlyMap<string, PlainMap | null>;
}

/** Every call throws Unavailable where the store cannot read or write; it keeps what it had then. */
export interface Journal {
  size(): Promise<JournalSize>;
  /** At most `limit` records with a sequence greater than `after`, in order. */
  read(page: { readonly after: number; readonly limit: number }): Promise<readonly JournalRecord[]>;
  cursors(): Promise<ReadonlyMap<WayOut, JournalCursor>>;
  states(): Promise<ReadonlyMap<string, PlainMap>>;
  /** Durable when it resolves, all of it or nothing; gives the size after it. Changes that come within some milliseconds share a commit. */
  write(change: JournalChange): Promise<JournalSize>;
}
