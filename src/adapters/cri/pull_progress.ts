/** Tells how far a pull has come, from the downloads under way in containerd's content store. */
import type { Clock } from "../../ports/clock.ts";
import type { PullProgress, PullRequest } from "../../ports/images.ts";
import type { Channel } from "./channel.ts";
import type { Status } from "./gen/containerd/services/content/v1/content.ts";
import { containerdHeaders, containerdMethods } from "./methods.ts";

export interface PullReports {
  readonly onProgress?: PullRequest["onProgress"];
  /** The downloads that are under way, by their references; those of other pulls may be among them. */
  readonly onDownloads: (refs: readonly string[]) => Promise<void>;
}

export interface PullProgressWatch {
  /** Begins to report on a pull that starts now; gives the function that ends it. */
  watch(reports: PullReports): () => void;
}

const intervalMs = 1_000;

/** The store does not say whose a download is, so nothing is told while several pulls are under way. */
export function createPullProgress(
  { channel, clock }: { readonly channel: Channel; readonly clock: Clock },
): PullProgressWatch {
  let pulls = 0;

  async function follow(
    { onProgress, onDownloads }: PullReports,
    signal: AbortSignal,
  ): Promise<void> {
    const downloads = createDownloads();
    while (!signal.aborted) {
      await clock.sleep(intervalMs, signal);
      const options = { signal, headers: containerdHeaders };
      const { statuses } = await channel.unary(
        containerdMethods.listStatuses,
        { filters: [] },
        options,
      );
      const changed = downloads.see(statuses);
      if (changed && pulls === 1) onProgress?.(downloads.sum());
      await onDownloads(statuses.map(({ ref }) => ref));
    }
  }

  return {
    watch(reports) {
      pulls += 1;
      const over = new AbortController();
      // Whatever goes wrong here is either the end of the pull or a runtime without such a store.
      follow(reports, over.signal).catch(() => {});
      return () => {
        pulls -= 1;
        over.abort();
      };
    },
  };
}

/** The downloads seen so far: one that has vanished is complete. */
export interface Downloads {
  /** Gives whether anything is different from before. */
  see(statuses: readonly Pick<Status, "ref" | "offset" | "total">[]): boolean;
  sum(): PullProgress;
}

export function createDownloads(): Downloads {
  const sizes = new Map<string, PullProgress>();
  const sum = (): PullProgress => ({
    doneBytes: total([...sizes.values()].map(({ doneBytes }) => doneBytes)),
    totalBytes: total([...sizes.values()].map(({ totalBytes }) => totalBytes)),
  });
  return {
    see(statuses) {
      const before = sum();
      const gone = new Set(sizes.keys());
      for (const { ref, offset, total } of statuses) {
        gone.delete(ref);
        sizes.set(ref, { doneBytes: Number(offset), totalBytes: Number(total) });
      }
      for (const ref of gone) {
        const totalBytes = sizes.get(ref)?.totalBytes ?? 0;
        sizes.set(ref, { doneBytes: totalBytes, totalBytes });
      }
      const after = sum();
      return before.doneBytes !== after.doneBytes || before.totalBytes !== after.totalBytes;
    },
    sum,
  };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
