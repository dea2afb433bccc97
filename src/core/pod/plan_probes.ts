/** What follows when running containers fail their liveness or startup probes. */
import { type Container, isSidecarOf, type PodSpec } from "../k8s.ts";
import { type FailedProbe, failedProbe } from "../probe/container_verdict.ts";
import { remainingGrace } from "./grace.ts";
import { isAlive, latestRun } from "./observed.ts";
import { stopNext } from "./plan_end.ts";
import type { Plan, WantedInput } from "./plan_input.ts";
import { policyOf, restartsAfter } from "./restart_policy.ts";

/** How a container is ended that has failed a probe. */
export interface ProbeKill {
  /** The kubelet's text, which tells as well whether the container comes back. */
  readonly message: string;
  readonly wholeSeconds: number;
  readonly restarts: boolean;
}

/** Sidecars always come back. The probe may grant another time to end than the pod. */
export function killForProbe(
  spec: Pick<PodSpec, "initContainers" | "restartPolicy" | "terminationGracePeriodSeconds">,
  { container, failed }: { readonly container: Container; readonly failed: FailedProbe },
): ProbeKill {
  const { name } = container;
  const wholeSeconds = container[`${failed}Probe`]?.terminationGracePeriodSeconds ??
    spec.terminationGracePeriodSeconds;
  if (isSidecarOf(spec, container)) {
    return {
      message: `Init container ${name} failed ${failed} probe`,
      wholeSeconds,
      restarts: true,
    };
  }
  const restarts = policyOf(spec, container) !== "Never";
  const outlook = restarts ? ", will be restarted" : "";
  const message = `Container ${name} failed ${failed} probe${outlook}`;
  return { message, wholeSeconds, restarts };
}

/** Whether no main container goes on once those are ended that have failed a probe. */
export function endsWithProbes({ desired, seen, probes }: WantedInput): boolean {
  const { spec } = desired;
  const isOver = (container: Container) => {
    const run = latestRun(seen, container.name);
    return run?.state === "Exited" && !restartsAfter(spec, { container, exitCode: run.exitCode });
  };
  const left = spec.containers.filter((container) => !isOver(container));
  return left.length > 0 && left.every((container) => {
    const run = latestRun(seen, container.name);
    if (run === undefined || !isAlive(run) || policyOf(spec, container) !== "Never") return false;
    return failedProbe(container, probes.get(run.id)) !== undefined;
  });
}

/** Ends the pod as a whole, within its own grace period. */
export function planProbedEnd({ desired, seen, memory }: WantedInput): Plan {
  const wholeSeconds = desired.spec.terminationGracePeriodSeconds;
  const graceSeconds = remainingGrace({ wholeSeconds, elapsedMs: 0 });
  const actions = stopNext({ pod: desired, seen, graceSeconds });
  return { state: { kind: "Running" }, memory, actions };
}
