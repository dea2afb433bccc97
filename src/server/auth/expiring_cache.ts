/** A cache of bounded size whose entries end by themselves; what was not used for longest goes first. */
import type { Clock } from "../../ports/clock.ts";

export interface ExpiringCache<V> {
  get(key: string): V | undefined;
  /** Nothing is kept for 0 ms. */
  set(key: string, value: V, ttlMs: number): void;
}

interface Entry<V> {
  readonly value: V;
  readonly until: number;
}

/** Time is that of the monotonic clock: how the wall clock is set keeps nothing alive. */
export function createExpiringCache<V>(
  { clock, size }: { readonly clock: Pick<Clock, "monotonic">; readonly size: number },
): ExpiringCache<V> {
  const entries = new Map<string, Entry<V>>();

  function get(key: string): V | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    entries.delete(key);
    if (entry.until <= clock.monotonic()) return undefined;
    entries.set(key, entry);
    return entry.value;
  }

  function set(key: string, value: V, ttlMs: number): void {
    entries.delete(key);
    if (ttlMs <= 0) return;
    entries.set(key, { value, until: clock.monotonic() + ttlMs });
    const [oldest] = entries.keys();
    if (entries.size > size && oldest !== undefined) entries.delete(oldest);
  }

  return { get, set };
}
