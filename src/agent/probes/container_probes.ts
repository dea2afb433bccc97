/** The probes of one run of a container: its startup probe alone, and once that has succeeded the others. */
import type { ContainerRecord } from "../../core/cri/types.ts";
import type { Container, Probe } from "../../core/k8s.ts";
import { type Outcome, outcomeText } from "../../core/probe/outcome.ts";
import { type FirstRun, firstRunMs } from "../../core/probe/schedule.ts";
import { type ProbeKind, probeKinds, probeOf, type Verdict } from "../../core/probe/verdict.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { stopwatch } from "../../ports/stopwatch.ts";
import type { EventText } from "../events/pod_events.ts";
import { type ProbeLoop, startProbeLoop } from "./probe_loop.ts";
import { runProbe, type RunProbeDeps } from "./run_probe.ts";

export interface ContainerProbesDeps extends RunProbeDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A probe that was carried out, or could not be. */
export interface ProbeRun {
  readonly kind: ProbeKind;
  readonly outcome: Outcome;
  readonly seconds: number;
}

export interface ContainerProbesOptions {
  readonly container: Container;
  readonly run: ContainerRecord;
  readonly after: "Start" | "Adoption";
  /** The verdict that a probe begins with. */
  readonly verdictOf: (kind: ProbeKind) => Verdict;
  readonly podIp: () => string;
  readonly onRun: (run: ProbeRun) => void;
  readonly onVerdict: (kind: ProbeKind, verdict: Verdict) => void;
  readonly warn: (text: Pick<EventText, "reason" | "message">) => void;
}

export interface ContainerProbes {
  /** The container is to end: only whether it is ready is still of interest. */
  stopForEnd(): void;
  stop(): void;
}

export function startContainerProbes(
  options: ContainerProbesOptions,
  deps: ContainerProbesDeps,
): ContainerProbes {
  const { container, run } = options;
  const { clock, random } = deps;
  const loops = new Map<ProbeKind, ProbeLoop>();
  let isEnding = false;

  // A container that was seen to start began just now, whatever the clock says that the runtime dates it by.
  const ranMs = options.after === "Start" ? 0 : clock.now() - run.startedAt;
  const since = clock.monotonic();

  function begin(kinds: readonly ProbeKind[], after: FirstRun["after"]): void {
    const runningMs = ranMs + clock.monotonic() - since;
    for (const kind of kinds) {
      const probe = probeOf(container, kind);
      if (probe === undefined || (isEnding && kind !== "readiness")) continue;
      const fraction = random.fraction();
      const loop = startProbeLoop({
        kind,
        probe,
        verdict: options.verdictOf(kind),
        firstMs: firstRunMs({ kind, probe, after, runningMs, fraction }),
        run: (signal) => measuredRun(kind, probe, signal),
        onOutcome: (outcome) => tell(kind, outcome),
        onVerdict: (verdict) => take(kind, verdict),
        clock,
        log: deps.log,
      });
      loops.set(kind, loop);
    }
  }

  async function measuredRun(
    kind: ProbeKind,
    probe: Probe,
    signal: AbortSignal,
  ): Promise<Outcome | null> {
    const seconds = stopwatch(clock);
    const outcome = await runProbe({ probe, container, run, podIp: options.podIp() }, deps, signal);
    if (outcome !== null) options.onRun({ kind, outcome, seconds: seconds() });
    return outcome;
  }

  function tell(kind: ProbeKind, outcome: Outcome): void {
    const text = outcomeText(kind, outcome);
    if (text !== null) options.warn(text);
  }

  function take(kind: ProbeKind, verdict: Verdict): void {
    options.onVerdict(kind, verdict);
    if (kind === "startup" && verdict === "Success") begin(afterStartup, "Startup");
  }

  const mustStart = container.startupProbe !== undefined &&
    options.verdictOf("startup") !== "Success";
  begin(mustStart ? ["startup"] : afterStartup, options.after);

  return {
    stopForEnd() {
      isEnding = true;
      for (const [kind, loop] of loops) if (kind !== "readiness") loop.stop();
    },
    stop() {
      isEnding = true;
      for (const loop of loops.values()) loop.stop();
    },
  };
}

const afterStartup = probeKinds.filter((kind) => kind !== "startup");
