/** Measures how long something takes. */
import { second } from "../core/instant.ts";
import type { Clock } from "./clock.ts";

/** Gives the seconds since now, each time that it is asked. */
export function stopwatch(clock: Pick<Clock, "monotonic">): () => number {
  const began = clock.monotonic();
  return () => (clock.monotonic() - began) / second;
}
