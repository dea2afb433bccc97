/** Questions to the API server on behalf of clients: few at a time, each once, and nobody waits long for an answer. */
import { type BucketLimits, fullBucket, take } from "../../core/kube/token_bucket.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";

export interface Questions<A> {
  /**
   * Asks, or waits for the answer where the same is being asked. Throws what `ask` throws, and Unavailable where the answer takes
   * too long or too much is being asked already.
   */
  answer(key: string, ask: () => Promise<A>): Promise<A>;
}

/** Those without an answer, also when nobody waits for it any more. */
const mostOpen = 20;
/** As long as an API server waits for those whom it asks. */
const patienceMs = 10_000;

export interface QuestionsDeps {
  readonly clock: Clock;
  /** Above it nothing is asked. */
  readonly pace: BucketLimits;
}

export function createQuestions<A>({ clock, pace }: QuestionsDeps): Questions<A> {
  const open = new Map<string, Promise<A>>();
  let bucket = fullBucket(pace, clock.monotonic());

  function begin(key: string, ask: () => Promise<A>): Promise<A> {
    if (open.size >= mostOpen || !mayAsk()) {
      throw new Unavailable("too much is being asked of the API server");
    }
    const asked = ask().finally(() => void open.delete(key));
    open.set(key, asked);
    // Whoever waits hears of it; where nobody does any more, nobody need.
    asked.catch(() => {});
    return asked;
  }

  function mayAsk(): boolean {
    const taken = take(bucket, pace, clock.monotonic());
    if (taken.waitMs > 0) return false;
    bucket = taken.bucket;
    return true;
  }

  // deno-lint-ignore require-await -- what is thrown is to be a rejection
  async function answer(key: string, ask: () => Promise<A>): Promise<A> {
    return withPatience(open.get(key) ?? begin(key, ask), clock);
  }

  return { answer };
}

async function withPatience<A>(answer: Promise<A>, clock: Clock): Promise<A> {
  const over = Promise.withResolvers<never>();
  const timer: Timer = clock.after(
    patienceMs,
    () => over.reject(new Unavailable("the API server has not answered in time")),
  );
  try {
    return await Promise.race([answer, over.promise]);
  } finally {
    timer.cancel();
  }
}
