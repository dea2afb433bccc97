/** Runs one probe of one run of a container again and again, and tells when its verdict changes. */
import type { Probe } from "../../core/k8s.ts";
import type { Outcome } from "../../core/probe/outcome.ts";
import { nextRunMs } from "../../core/probe/schedule.ts";
import { count, newTally, type ProbeKind, type Verdict } from "../../core/probe/verdict.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";

export interface ProbeLoopOptions {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  /** The verdict to begin with. */
  readonly verdict: Verdict;
  /** How long the first run waits. */
  readonly firstMs: number;
  /** Runs the probe once; null where that told nothing. */
  readonly run: (signal: AbortSignal) => Promise<Outcome | null>;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ProbeLoop {
  /** Ends a run that is under way. Idempotent. */
  stop(): void;
}

/** Ends by itself when there is no more to find out. */
export function startProbeLoop(options: ProbeLoopOptions): ProbeLoop {
  const { kind, probe, clock, log } = options;
  const stop = new AbortController();
  let tally = newTally(options.verdict);
  let timer: Timer = clock.after(options.firstMs, tick);

  function tick(): void {
    once().catch((err: unknown) => {
      if (!stop.signal.aborted) log.error("Probe broke off", { err });
    });
  }

  async function once(): Promise<void> {
    const start = clock.monotonic();
    const outcome = await options.run(stop.signal);
    if (stop.signal.aborted) return;
    if (outcome !== null) take(outcome);
    if (tally.isDone || stop.signal.aborted) return;
    timer = clock.after(nextRunMs(probe, { tookMs: clock.monotonic() - start }), tick);
  }

  /** A probe that could not be carried out is told of and does not count. */
  function take(outcome: Outcome): void {
    options.onOutcome(outcome);
    if (outcome.kind === "Error") return;
    const before = tally.verdict;
    const result = outcome.kind === "Failure" ? "Failure" : "Success";
    tally = count(tally, result, { kind, probe });
    if (tally.verdict !== before) options.onVerdict(tally.verdict);
  }

  return {
    stop() {
      timer.cancel();
      stop.abort(new Error("the probe was stopped"));
    },
  };
}
