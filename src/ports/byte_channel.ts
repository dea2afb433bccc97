/** A connection as bytes both ways. Reading waits for the reader and writing for the other side, so nothing gathers here. */

export interface ByteChannel {
  /** Null at the end. */
  read(): Promise<Uint8Array | null>;
  write(bytes: Uint8Array): Promise<void>;
  /** Idempotent; reads and writes under way end. */
  close(): void;
}
