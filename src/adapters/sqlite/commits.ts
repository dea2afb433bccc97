/** Writes that come together share a commit, and each says what it is for. */
import type { WriteCause } from "../../core/store_state.ts";
import type { Unavailable } from "../../ports/errors.ts";
import { type Connection, unavailable } from "./connection.ts";
import { pageBytes } from "./database.ts";
import type { WrittenBytes } from "./written_bytes.ts";

export interface Write {
  /** What its bytes are counted for. */
  readonly cause: WriteCause;
  /** Of what it writes, where that is much; pages are written for it, which several may share. */
  readonly bytes?: number;
  readonly work: () => void;
}

/** Writes that are asked for together are committed together. */
export interface Commits {
  /** Runs `work` in a transaction; resolves when that is on the disk. Rejects with Unavailable, and then nothing of it is. */
  write(write: Write): Promise<void>;
  /** The same a few milliseconds later, or with the next write: for what comes often and keeps nobody waiting. */
  soon(write: Write): Promise<void>;
  /** Commits what waits. */
  flush(): void;
}

interface Waiting extends Write {
  readonly resolve: () => void;
  readonly reject: (err: Unavailable) => void;
}

/** A commit costs some milliseconds itself; what comes meanwhile would wait for the next one. */
const soonMs = 5;

export function createCommits(
  { connection, written }: { readonly connection: Connection; readonly written: WrittenBytes },
): Commits {
  let waiting: readonly Waiting[] = [];
  let isDue = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function write(write: Write): Promise<void> {
    if (!isDue) queueMicrotask(flush);
    isDue = true;
    return add(write);
  }

  function soon(write: Write): Promise<void> {
    timer ??= setTimeout(flush, soonMs);
    return add(write);
  }

  function add(write: Write): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting = [...waiting, { ...write, resolve, reject }];
    return promise;
  }

  /** Where one of them fails, each is tried by itself: a large one may not fit where the others do. */
  function flush(): void {
    const together = waiting;
    waiting = [];
    isDue = false;
    clearTimeout(timer);
    timer = undefined;
    if (together.length === 0) return;
    try {
      commit(together);
    } catch (err) {
      if (together.length > 1) return together.forEach(alone);
      return together.forEach(({ reject }) => reject(unavailable(err)));
    }
    together.forEach(({ resolve }) => resolve());
  }

  function alone(one: Waiting): void {
    try {
      commit([one]);
    } catch (err) {
      return one.reject(unavailable(err));
    }
    one.resolve();
  }

  function commit(writes: readonly Write[]): void {
    written.during(
      writes.map(({ cause, bytes = 0 }) => ({ cause, bytes: pageBytes + bytes })),
      () => connection.transaction(() => writes.forEach(({ work }) => work())),
    );
  }

  return { write, soon, flush };
}
