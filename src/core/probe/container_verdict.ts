/** What the verdicts on a running container mean for its status and for what is done with it. */
import type { Container } from "../k8s.ts";
import type { ContainerVerdicts } from "./verdict.ts";

/** Whether a running container has started: that is what its startup probe finds out. */
export function hasStarted(container: Container, verdicts: ContainerVerdicts = {}): boolean {
  return container.startupProbe === undefined || verdicts.startup === "Success";
}

/** Whether a running container is ready for requests. @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes */
export function isReady(container: Container, verdicts: ContainerVerdicts = {}): boolean {
  if (!hasStarted(container, verdicts)) return false;
  return container.readinessProbe === undefined || verdicts.readiness === "Success";
}

/** The probe that says that a running container must be restarted, if one does. */
export function failedProbe(
  container: Container,
  verdicts: ContainerVerdicts = {},
): "startup" | "liveness" | undefined {
  if (container.livenessProbe !== undefined && verdicts.liveness === "Failure") return "liveness";
  if (container.startupProbe !== undefined && verdicts.startup === "Failure") return "startup";
  return undefined;
}

/** How long a container gets to end that failed a probe: the probe may say otherwise than the pod. */
export function probeGraceSeconds(
  container: Container,
  { failed, podSeconds }: { readonly failed: "startup" | "liveness"; readonly podSeconds: number },
): number {
  return container[`${failed}Probe`]?.terminationGracePeriodSeconds ?? podSeconds;
}
