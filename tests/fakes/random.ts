/** Chance that a test decides. */
import type { Random } from "../../src/ports/random.ts";

/** Gives the same fraction each time: 0 takes all jitter away. */
export function fakeRandom(fraction = 0): Random {
  return { fraction: () => fraction };
}
