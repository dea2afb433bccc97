/** Says once that the API server cannot be reached, and once that it answers again. */
import type { Unavailable } from "../../ports/errors.ts";
import type { Log } from "../../ports/log.ts";

export interface Reachability {
  /** How often it could not be reached after it could. */
  readonly outages: number;
  /** It answered, if only to refuse. */
  reached(): void;
  failed(error: Unavailable): void;
  /** Calls back each time that it answers after an outage, until disposed of. */
  onBack(notice: () => void): Disposable;
}

export function createReachability(log: Log): Reachability {
  let problem: string | undefined;
  let outages = 0;
  const notices = new Set<() => void>();
  return {
    get outages() {
      return outages;
    },
    reached() {
      if (problem === undefined) return;
      log.info("The API server answers again");
      problem = undefined;
      for (const notice of [...notices]) notice();
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
    onBack(notice) {
      notices.add(notice);
      return { [Symbol.dispose]: () => void notices.delete(notice) };
    },
  };
}
