/** Looks at something at once and then again and again; what is wrong is told once, for as long as it is the same. */
import { minute } from "../core/instant.ts";
import type { Clock } from "../ports/clock.ts";
import { messageOf, PortError } from "../ports/errors.ts";
import type { Log } from "../ports/log.ts";
import { waited } from "../ports/waited.ts";

export interface Lookout {
  /** "" when the last look went well. */
  problem(): string;
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface LookoutOptions {
  /** Its errors of the ports are problems; any other ends it. */
  readonly look: () => Promise<void>;
  /** The log's message for a problem. */
  readonly failed: string;
  /** Between two looks; a minute unless given. */
  readonly ms?: number;
  readonly clock: Clock;
  readonly log: Log;
}

export function createLookout({ look, failed, ms = minute, clock, log }: LookoutOptions): Lookout {
  let problem = "";

  async function attempt(): Promise<string> {
    try {
      await look();
      return "";
    } catch (error) {
      if (error instanceof PortError) return messageOf(error);
      throw error;
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    do {
      const found = await attempt();
      if (found !== "" && found !== problem) log.warn(failed, { problem: found });
      problem = found;
    } while (await waited(clock, ms, signal));
  }

  return { problem: () => problem, run };
}
