/** The log's verbosity, kept in memory: a new start has the configured one again. */
import type { Verbosity } from "../../ports/verbosity.ts";

export function createVerbosity(configured: number): Verbosity {
  let current = configured;
  return {
    level: () => current,
    change(level) {
      current = level;
    },
  };
}
