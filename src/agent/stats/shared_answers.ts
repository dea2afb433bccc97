/** Gives one answer to several who ask. */
import type { Clock } from "../../ports/clock.ts";

/** Whoever asks while an answer is under way gets that one. */
export function together<T>(work: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => underWay ??= work().finally(() => underWay = null);
}

/** The first answer is everybody's. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => answer ??= work();
}

/** An answer is everybody's for so long; a failure is that of those alone who asked meanwhile. */
export function keptFor<T>(
  { ms, clock }: { readonly ms: number; readonly clock: Pick<Clock, "monotonic"> },
  work: () => Promise<T>,
): () => Promise<T> {
  let kept: { readonly at: number; readonly answer: T } | undefined;
  return together(async () => {
    if (kept !== undefined && clock.monotonic() - kept.at < ms) return kept.answer;
    const at = clock.monotonic();
    const answer = await work();
    kept = { at, answer };
    return answer;
  });
}
