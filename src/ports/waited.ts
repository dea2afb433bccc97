/** A pause that ends when its owner does. */
import type { Clock } from "./clock.ts";

/** Waits; gives false when the signal aborted meanwhile. */
export async function waited(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch {
    return false;
  }
}
