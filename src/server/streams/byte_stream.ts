/** One end of a connection as something that is read and written piece by piece, each no faster than the other end takes it. */

export interface ByteStream {
  /** The next bytes, good until the next call; null when the other side has ended. Rejects when the connection is lost. */
  read(): Promise<Uint8Array | null>;
  /** Resolves when all bytes are handed to the system, so that they may be overwritten. One call at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Nothing more will be written; what comes can still be read. */
  end(): Promise<void>;
  /** Lets go of the connection; what waits on it rejects. Idempotent. */
  close(): void;
}
