/** Keeps the time for the next start, so seldom that flash does not notice. */
import { minute } from "../core/instant.ts";
import { isWorthKeeping, parseKeptTime } from "../core/kept_time.ts";
import type { Clock } from "../ports/clock.ts";
import type { FactStore } from "../ports/fact_store.ts";
import type { Log } from "../ports/log.ts";
import type { TimeSync } from "../ports/time_sync.ts";
import { waited } from "../ports/waited.ts";

export interface KeepTimeDeps {
  readonly clock: Clock;
  readonly timeSync: TimeSync;
  readonly store: { readonly facts: FactStore };
  readonly log: Log;
}

/** At most one write in so long, whatever agents come and go. */
const periodMs = 60 * minute;

/** Runs until the signal aborts. */
export async function keepTime(deps: KeepTimeDeps, signal: AbortSignal): Promise<void> {
  let waitMs = await firstWaitMs(deps);
  while (waitMs === 0 || await waited(deps.clock, waitMs, signal)) {
    if (signal.aborted) return;
    await keep(deps);
    waitMs = periodMs;
  }
}

/** 0: none was kept, or one that a clock which is right shows to be wrong. */
async function firstWaitMs({ clock, store: { facts }, log }: KeepTimeDeps): Promise<number> {
  try {
    const kept = parseKeptTime((await facts.load()).get("LastTime"));
    const ageMs = kept === null ? Infinity : clock.now() - kept;
    return ageMs < 0 || ageMs >= periodMs ? 0 : periodMs - ageMs;
  } catch (err) {
    log.debug("Could not read the last time that was known", { err });
    return periodMs;
  }
}

async function keep({ clock, timeSync, store: { facts }, log }: KeepTimeDeps): Promise<void> {
  const now = clock.now();
  if (!isWorthKeeping(now, { isSynchronised: timeSync.isSynchronised() })) return;
  try {
    await facts.save("LastTime", String(now));
  } catch (err) {
    log.debug("Could not keep the time", { err });
  }
}
