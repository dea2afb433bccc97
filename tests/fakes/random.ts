/** Chance that a test decides. */
import type { Random } from "../../src/ports/random.ts";

/** Gives the same fraction each time: 0 takes all jitter away. */
export function fakeRandom(fraction = 0): Random {
  return { fraction: () => fraction };
}

/** The same numbers for the same seed. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    fraction() {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    },
  };
}
