/** Notices that the API server has older data than it had, as after a backup was restored: what was read before is no base any more. */
import type { KubeObject } from "../../core/kube/resource.ts";

export interface DataAge {
  /** How often it was noticed: what was read under another count is no base. */
  readonly count: number;
  /** The object that the answer to a request for one at `path` gave. */
  saw(path: string, object: KubeObject): void;
  /** Calls back each time that it is noticed, until disposed of. */
  onOlder(notice: () => void): Disposable;
}

/** How many objects are remembered; those that nobody has asked for the longest are forgotten. */
const capacity = 500;

/**
 * Answers about one object come from the data itself, not from a server's memory: a version that is lower than the last one at
 * the same path, of the same object or of one made since, shows that the data went back. A watch alone does not show it, for the
 * server is silent until it has come as far as before, and what has changed until then stays unsaid.
 */
export function createDataAge(): DataAge {
  const versions = new Map<string, bigint>();
  const notices = new Set<() => void>();
  let count = 0;

  return {
    get count() {
      return count;
    },
    saw(path, { metadata }) {
      const text = metadata?.resourceVersion ?? "";
      if (!/^\d+$/.test(text)) return;
      const version = BigInt(text);
      const before = versions.get(path) ?? 0n;
      versions.delete(path);
      versions.set(path, version);
      const [oldest] = versions.keys();
      if (versions.size > capacity && oldest !== undefined) versions.delete(oldest);
      if (version >= before) return;
      versions.clear();
      count++;
      for (const notice of [...notices]) notice();
    },
    onOlder(notice) {
      notices.add(notice);
      return { [Symbol.dispose]: () => void notices.delete(notice) };
    },
  };
}
