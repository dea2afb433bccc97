/** Counts what probes have found, by pod and container, for as long as the pod is on the node. */
import type { Container, Pod } from "../../core/k8s.ts";
import type { ProbeMetrics } from "../../core/metrics/probe_metrics.ts";
import type { ProbeRun } from "./container_probes.ts";
import type { EventSubject } from "../events/pod_events.ts";

/** As the kubelet counts: one that could not be carried out says nothing, and only answers that are good have a duration. */
export function countRun(
  metrics: ProbeMetrics,
  { kind, outcome, seconds, pod, container }: ProbeRun & {
    readonly pod: Pod;
    readonly container: Container;
  },
): void {
  if (outcome.kind === "Error") return;
  const { namespace, name, uid: pod_uid } = pod.metadata;
  const probe_type = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const labels = { probe_type, container: container.name, pod: name, namespace };
  const failed = outcome.kind === "Failure";
  metrics.total.inc({ ...labels, result: failed ? "failed" : "successful", pod_uid });
  if (!failed) metrics.duration.observe(labels, seconds);
}

/** The pod has left the node. */
export function forgetRuns(metrics: ProbeMetrics, { namespace, name, uid }: EventSubject): void {
  metrics.total.remove({ pod_uid: uid });
  metrics.duration.remove({ namespace, pod: name });
}
