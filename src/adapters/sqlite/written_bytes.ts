/** Counts the bytes that SQLite hands to the file system, by what they were written for. */
import { readText } from "../linux/kernel_files.ts";
import type { WriteCause } from "../../core/store_state.ts";

/** What one of several causes has written, as far as that can be told. */
export interface Part {
  readonly cause: WriteCause;
  readonly bytes: number;
}

export interface WrittenBytes {
  /** Runs `work` and counts what it wrote; several causes share that by their parts, whatever those are measured in. */
  during<T>(parts: readonly Part[], work: () => T): T;
  /** Null where the kernel does not count. */
  byCause(): Readonly<Record<WriteCause, number>> | null;
}

export interface WrittenBytesOptions {
  /** Bytes that this thread has written so far; null where that is not known. */
  readonly threadBytes?: () => number | null;
}

/** SQLite works in the thread that calls it: what that writes meanwhile is its frames, its checkpoints and its header. */
export function countWrittenBytes(
  { threadBytes = bytesOfThread }: WrittenBytesOptions = {},
): WrittenBytes {
  const total = new Map<WriteCause, number>();
  const isKnown = threadBytes() !== null;
  return {
    during(parts, work) {
      if (!isKnown) return work();
      const before = threadBytes() ?? 0;
      try {
        return work();
      } finally {
        const written = (threadBytes() ?? 0) - before;
        const all = parts.reduce((sum, { bytes }) => sum + bytes, 0);
        for (const { cause, bytes } of parts) {
          total.set(cause, (total.get(cause) ?? 0) + written * bytes / all);
        }
      }
    },
    byCause() {
      if (!isKnown) return null;
      const of = (cause: WriteCause): number => Math.round(total.get(cause) ?? 0);
      const [memory, objects, tokens] = [of("memory"), of("objects"), of("tokens")];
      const [facts, journal, schema] = [of("facts"), of("journal"), of("schema")];
      return { memory, objects, tokens, facts, journal, schema };
    },
  };
}

/** @see https://docs.kernel.org/filesystems/proc.html#proc-pid-io-display-the-io-accounting-fields */
function bytesOfThread(): number | null {
  try {
    const found = /^wchar: (\d+)$/m.exec(readText("/proc/thread-self/io"));
    return found === null ? null : Number(found[1]);
  } catch {
    return null;
  }
}
