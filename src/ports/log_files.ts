/** The containers' log files on the node: what rotates them and what reads them. */
import type { LogReadOptions } from "../core/log/read_options.ts";

export interface LogReadRequest {
  /** Absolute. */
  readonly path: string;
  readonly options: LogReadOptions;
  /** Whether the container will write no more. Asked at the end of the file while following. */
  readonly isEnded: () => boolean;
}

/** Throws Failed naming the path, and Unavailable for a full disk. */
export interface LogFiles {
  /** Bytes; null where the file is not there. */
  size(path: string): Promise<number | null>;
  /** The names of the files in a directory, in no order; none where it is not there. */
  list(directory: string): Promise<readonly string[]>;
  rename(move: { readonly from: string; readonly to: string }): Promise<void>;
  /** Idempotent. */
  remove(path: string): Promise<void>;
  /** Puts `PATH.gz` in the place of the file. Cut short, it leaves the file and at most a `PATH.tmp`. */
  compress(path: string): Promise<void>;
  /**
   * What the container wrote. Only the live file is read, as the kubelet does; when it is rotated while being followed,
   * reading goes on in the new one. Ends at the end of the file (following: once the container has ended too), when the
   * limit is reached, or when the signal aborts. Throws NotFound at the first step where the file is not there. Memory
   * stays bounded however slow the caller reads.
   */
  read(request: LogReadRequest, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
