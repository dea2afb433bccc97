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

/** The probes that can have a container restarted. */
export type FailedProbe = "startup" | "liveness";

/** The probe that says that a running container must be restarted, if one does. */
export function failedProbe(
  container: Container,
  verdicts: ContainerVerdicts = {},
): FailedProbe | undefined {
  if (container.livenessProbe !== undefined && verdicts.liveness === "Failure") return "liveness";
  if (container.startupProbe !== undefined && verdicts.startup === "Failure") return "startup";
  return undefined;
}
