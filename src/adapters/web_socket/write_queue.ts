/** Brings what many want to write into one line, of which what is urgent goes first. */
import { Unavailable } from "../../ports/errors.ts";

export interface WriteQueue {
  /** Resolves when it is written. Rejects with the error of a write that failed, or with the reason of the end. */
  write(bytes: Uint8Array, options?: { readonly urgent: boolean }): Promise<void>;
  readonly length: number;
  /** Rejects what waits, and what comes later. */
  end(reason: string): void;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function createWriteQueue(write: (bytes: Uint8Array) => Promise<void>): WriteQueue {
  const urgentOnes: Waiting[] = [];
  const others: Waiting[] = [];
  let isWriting = false;
  let problem: Unavailable | null = null;

  async function work(): Promise<void> {
    isWriting = true;
    for (let next = take(); next !== undefined; next = take()) {
      await write(next.bytes).then(next.resolve, next.reject);
    }
    isWriting = false;
  }

  function take(): Waiting | undefined {
    return urgentOnes.shift() ?? others.shift();
  }

  return {
    async write(bytes, { urgent } = { urgent: false }) {
      if (problem !== null) throw problem;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      (urgent ? urgentOnes : others).push({ bytes, resolve, reject });
      if (!isWriting) void work();
      await promise;
    },
    get length() {
      return urgentOnes.length + others.length;
    },
    end(reason) {
      problem ??= new Unavailable(reason);
      for (const { reject } of [...urgentOnes.splice(0), ...others.splice(0)]) reject(problem);
    },
  };
}
