/** Reads what is followed, and waits for what a test expects of it. */
import type { KubeObject } from "../../src/core/kube/resource.ts";
import type { Followed, KubeApi, ListQuery } from "../../src/ports/kube_api.ts";

export interface FollowReader<T> extends AsyncDisposable {
  /** Everything that came, oldest first. */
  readonly all: readonly Followed<T>[];
  readonly last: Followed<T> | undefined;
  /** The names in the last one. */
  names(): readonly string[];
  /** Resolves with the first of those that came or will come, from the one that `until` gave last, of which `wanted` is true. */
  until(wanted: (followed: Followed<T>) => boolean): Promise<Followed<T>>;
}

/** Follows until it is disposed of. */
export function followReader<T extends KubeObject>(
  kube: Pick<KubeApi, "follow">,
  query: ListQuery,
): FollowReader<T> {
  const stop = new AbortController();
  const all: Followed<T>[] = [];
  let wake = Promise.withResolvers<void>();
  let from = 0;

  async function read(): Promise<void> {
    for await (const followed of kube.follow<T>(query, stop.signal)) {
      all.push(followed);
      wake.resolve();
      wake = Promise.withResolvers<void>();
    }
  }
  const reading = read();

  return {
    all,
    get last() {
      return all.at(-1);
    },
    names: () => (all.at(-1)?.items ?? []).map(({ metadata }) => metadata?.name ?? ""),
    async until(wanted) {
      for (;; from++) {
        while (from >= all.length) await wake.promise;
        const followed = all[from];
        if (followed !== undefined && wanted(followed)) return followed;
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}
