/** What follows when running containers fail their liveness or startup probes. */
import { type Container, isSidecar, type PodSpec } from "../k8s.ts";
import { type FailedProbe, failedProbe } from "../probe/container_verdict.ts";
import { remainingGrace } from "./grace.ts";
import { isAlive, latestRun } from "./observed.ts";
import { stopNext } from "./plan_end.ts";
import type { Plan, WantedInput } from "./plan_input.ts";

/** How a container is ended that has failed a probe. */
export interface ProbeKill {
  /** The kubelet's text, which tells as well whether the container comes back. */
  readonly message: string;
  readonly wholeSeconds: number;
  readonly restarts: boolean;
}

/** Sidecars always come back. The probe may grant another time to end than the pod. */
export function killForProbe(
  spec: Pick<PodSpec, "restartPolicy" | "terminationGracePeriodSeconds">,
  { container, failed }: { readonly container: Container; readonly failed: FailedProbe },
): ProbeKill {
  const { name } = container;
  const wholeSeconds = container[`${failed}Probe`]?.terminationGracePeriodSeconds ??
    spec.terminationGracePeriodSeconds;
  if (isSidecar(container)) {
    return {
      message: `Init container ${name} failed ${failed} probe`,
      wholeSeconds,
      restarts: true,
    };
  }
  const restarts = spec.restartPolicy !== "Never";
  const outlook = restarts ? ", will be restarted" : "";
  const message = `Container ${name} failed ${failed} probe${outlook}`;
  return { message, wholeSeconds, restarts };
}

/** Whether no main container goes on once those are ended that have failed a probe. */
export function endsWithProbes({ desired, seen, probes }: WantedInput): boolean {
  const { restartPolicy, containers } = desired.spec;
  if (restartPolicy !== "Never") return false;
  const runs = containers.map(({ name }) => latestRun(seen, name));
  if (!runs.every((run) => run !== undefined && (isAlive(run) || run.state === "Exited"))) {
    return false;
  }
  const alive = containers.filter((_, index) => runs[index]?.state !== "Exited");
  return alive.length > 0 && alive.every((container) => {
    const verdicts = probes.get(latestRun(seen, container.name)?.id ?? "");
    return failedProbe(container, verdicts) !== undefined;
  });
}

/** Ends the pod as a whole, within its own grace period. */
export function planProbedEnd({ desired, seen, memory }: WantedInput): Plan {
  const wholeSeconds = desired.spec.terminationGracePeriodSeconds;
  const graceSeconds = remainingGrace({ wholeSeconds, elapsedMs: 0 });
  const actions = stopNext({ pod: desired, seen, graceSeconds });
  return { state: { kind: "Running" }, memory, actions };
}
