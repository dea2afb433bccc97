/** How the agent's local store is doing, as people are told of it. */
import type { Instant } from "./instant.ts";

/** What writes to the store. `Schema`: tables, sealing anew, and the test whether it can be written again. */
export type WriteCause = "memory" | "objects" | "tokens" | "facts" | "journal" | "schema";

/**
 * - `DiskFull`, `ReadOnly`, `CannotWrite`: what it holds can be read.
 * - `CannotOpen`: there is none for now.
 * - `Damaged`: it is set aside as soon as that can be done.
 */
export type StoreProblemReason =
  | "DiskFull"
  | "ReadOnly"
  | "CannotWrite"
  | "CannotOpen"
  | "Damaged";

export interface StoreProblem {
  readonly reason: StoreProblemReason;
  /** In the words of the one who found it. */
  readonly detail: string;
  readonly since: Instant;
}

/** Where the key comes from by which Secrets and tokens are sealed. */
export type KeySource = "Credential" | "File" | "Default";

export interface KeyState {
  readonly source: KeySource;
  readonly path: string;
  /** Why there is none; "" where there is. Nothing secret is stored then. */
  readonly problem: string;
  /** Secrets and tokens in the store that it does not open. */
  readonly unreadable: number;
}

export interface StoreState {
  /** Null: all is well. */
  readonly problem: StoreProblem | null;
  /** Where a damaged store lies that was set aside since the agent started; null: there was none. */
  readonly setAside: string | null;
  readonly key: KeyState;
  /** Bytes handed to the file system since the start, by cause; null where the kernel does not count them. */
  readonly writtenBytes: Readonly<Record<WriteCause, number>> | null;
}

const happened: Readonly<Record<StoreProblemReason, string>> = {
  DiskFull: "The disk of the local store is full",
  ReadOnly: "The file system of the local store is read-only",
  CannotWrite: "The local store cannot be written",
  CannotOpen: "The local store cannot be opened",
  Damaged: "The local store is damaged",
};

/** One sentence that says what is wrong, and one that says what follows. */
export function storeProblemText({ reason, detail }: StoreProblem): string {
  return `${happened[reason]} (${detail}). Pods run on; what changes is stored when that is over.`;
}
