/** A clock that does not fall behind the time that an earlier agent knew: boards without a clock chip start in the past. */
import { type Instant, second } from "../core/instant.ts";
import { parseKeptTime } from "../core/kept_time.ts";
import type { Clock } from "../ports/clock.ts";
import type { FactStore } from "../ports/fact_store.ts";
import type { TimeSync } from "../ports/time_sync.ts";
import type { Log } from "../ports/log.ts";
import { messageOf } from "../ports/errors.ts";

export interface FlooredClock {
  /** The machine's clock until `restore`. */
  readonly clock: Clock;
  /** Reads the time that was kept. A store that cannot be read is logged, and the machine's clock counts. */
  restore(facts: FactStore, log: Log): Promise<void>;
}

/** A kept time, and the clocks when it was taken up. */
interface Floor {
  readonly at: Instant;
  readonly wall: Instant;
  readonly monotonic: number;
}

/** Clocks that differ by less were set by nobody. */
const leastStepMs = second;

/**
 * The kept time goes on until the machine's clock is synchronised, is later, or was set by somebody: from then on that one
 * counts.
 */
export function flooredClock(machine: Clock, timeSync: TimeSync): FlooredClock {
  let floor: Floor | null = null;

  function now(): Instant {
    const wall = machine.now();
    if (floor === null) return wall;
    const elapsedMs = machine.monotonic() - floor.monotonic;
    const lowest = floor.at + elapsedMs;
    const wasSet = Math.abs(wall - floor.wall - elapsedMs) >= leastStepMs;
    if (wall < lowest && !wasSet && !timeSync.isSynchronised()) return Math.round(lowest);
    floor = null;
    return wall;
  }

  return {
    clock: { ...machine, now },
    async restore(facts, log) {
      const at = await keptTime(facts, log);
      if (at !== null) floor = { at, wall: machine.now(), monotonic: machine.monotonic() };
    },
  };
}

async function keptTime(facts: FactStore, log: Log): Promise<Instant | null> {
  try {
    return parseKeptTime((await facts.load()).get("LastTime"));
  } catch (err) {
    log.warn("Could not read the last time that was known", { err: messageOf(err) });
    return null;
  }
}
