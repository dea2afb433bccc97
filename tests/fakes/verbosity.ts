/** A verbosity that nothing heeds. */
import type { Verbosity } from "../../src/ports/verbosity.ts";

export function fakeVerbosity(start: number): Verbosity {
  let current = start;
  return { level: () => current, change: (level) => void (current = level) };
}
