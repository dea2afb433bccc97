/** Chance as the machine has it. */
import type { Random } from "../ports/random.ts";

export function systemRandom(): Random {
  return { fraction: () => Math.random() };
}
