/** Reads a pod source as the agent does, and lets a test wait for what it says. */
import type { PodSource, SourceSnapshot } from "../../src/ports/pod_source.ts";

export interface SnapshotReader extends AsyncDisposable {
  /** What the source said so far. */
  readonly all: readonly SourceSnapshot[];
  /** The newest snapshot as soon as it is such a one; fails after 10 s of real time. */
  until(what: string, isSo: (snapshot: SourceSnapshot) => boolean): Promise<SourceSnapshot>;
}

const patienceMs = 10_000;

/** Reads until it is disposed of. */
export function readSnapshots(source: PodSource): SnapshotReader {
  const stop = new AbortController();
  const all: SourceSnapshot[] = [];
  const waiting = new Set<() => void>();

  async function read(): Promise<void> {
    for await (const snapshot of source.snapshots(stop.signal)) {
      all.push(snapshot);
      for (const look of waiting) look();
    }
  }
  const reading = read();

  async function until(
    what: string,
    isSo: (snapshot: SourceSnapshot) => boolean,
  ): Promise<SourceSnapshot> {
    const { promise, resolve, reject } = Promise.withResolvers<SourceSnapshot>();
    const look = (): void => {
      const newest = all.at(-1);
      if (newest !== undefined && isSo(newest)) resolve(newest);
    };
    const giveUp = setTimeout(() => {
      reject(new Error(`${what}: the source only says ${JSON.stringify(all.at(-1))}`));
    }, patienceMs);
    waiting.add(look);
    look();
    try {
      return await promise;
    } finally {
      waiting.delete(look);
      clearTimeout(giveUp);
    }
  }

  return {
    all,
    until,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}
