/** Real randomness; good enough for jitter, not for secrets. */
import type { Random } from "../ports/random.ts";

export function systemRandom(): Random {
  return { next: Math.random };
}
