/** Says once that the API server cannot be reached, and once that it answers again. */
import type { Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";

export interface Reachability {
  /** How often it could not be reached after it could. */
  readonly outages: number;
  /** It answered, if only to refuse. */
  reached(): void;
  failed(error: Unavailable): void;
}

export function createReachability(log: Log): Reachability {
  let problem: string | undefined;
  let outages = 0;
  return {
    get outages() {
      return outages;
    },
    reached() {
      if (problem !== undefined) log.info("The API server answers again");
      problem = undefined;
    },
    failed({ message }) {
      if (problem === undefined) {
        outages++;
        log.warn("The API server is away, what runs goes on running", { err: message });
      } else if (problem !== message) {
        log.debug("The API server is still away", { err: message });
      }
      problem = message;
    },
  };
}
