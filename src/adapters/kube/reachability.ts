/** Says once that the API server cannot be reached, and once that it answers again. */
import { second } from "../../core/instant.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { Clock } from "../../ports/clock.ts";
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

export interface ReachabilityDeps {
  readonly log: Log;
  readonly clock: Clock;
  /** Without it nothing is measured. */
  readonly metrics?: Pick<AgentMetrics, "kube">;
  /** Is told of each loss, and of each first answer. */
  readonly outages?: Outages;
}

export interface Outages {
  lost(): void;
  answered(): void;
}

export function createReachability(
  { log, clock, metrics, outages: told }: ReachabilityDeps,
): Reachability {
  let problem: string | undefined;
  let isAnswering = false;
  let outages = 0;
  const notices = new Set<() => void>();
  return {
    get outages() {
      return outages;
    },
    reached() {
      metrics?.kube.reachable.set({}, 1);
      metrics?.kube.lastAnswer.set({}, clock.now() / second);
      if (!isAnswering) told?.answered();
      isAnswering = true;
      if (problem === undefined) return;
      log.info("The API server answers again");
      problem = undefined;
      for (const notice of [...notices]) notice();
    },
    failed({ message }) {
      metrics?.kube.reachable.set({}, 0);
      isAnswering = false;
      if (problem === undefined) {
        told?.lost();
        outages++;
        metrics?.kube.outages.inc({});
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
