/** Whether this node runs a pod at all. */
import type { Pod } from "../k8s.ts";
import { clash, hostPorts } from "./host_ports.ts";
import { unsupportedFields } from "./unsupported.ts";

/** A refusal becomes the status of a failed pod and a warning event. */
export type Admission =
  | { readonly ok: true }
  | {
    readonly ok: false;
    /** One word; the kubelet's where the kubelet refuses as well. */
    readonly reason: string;
    readonly message: string;
  };

/** The label that says for which system a node is. */
const osLabel = "kubernetes.io/os";

/** Decides on a pod beside the other pods that are wanted here and have not ended. */
export function admit(pod: Pod, others: readonly Pod[] = []): Admission {
  return refusedForOs(pod) ?? refusedForFields(pod) ?? refusedForNode(pod) ??
    refusedForPorts(pod, others) ?? { ok: true };
}

/** @see https://kubernetes.io/docs/concepts/workloads/pods/#pod-os */
function refusedForOs({ metadata, spec }: Pod): Admission | undefined {
  const labelled = metadata.labels?.[osLabel];
  if (labelled !== undefined && labelled !== "linux") {
    return {
      ok: false,
      reason: "PodOSSelectorNodeLabelDoesNotMatch",
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  }
  if (spec.os === undefined || spec.os.name === "linux") return undefined;
  return {
    ok: false,
    reason: "PodOSNotSupported",
    message: "Failed to admit pod as the OS field doesn't match node OS",
  };
}

function refusedForFields(pod: Pod): Admission | undefined {
  const fields = unsupportedFields(pod);
  if (fields.length === 0) return undefined;
  const message = `The pod uses what this agent does not support: ${fields.join(", ")}`;
  return { ok: false, reason: "UnsupportedField", message };
}

/** Of the scheduler's check of labels, which the kubelet repeats, what needs no labels of a node. */
function refusedForNode({ spec }: Pod): Admission | undefined {
  const selected = spec.nodeSelector?.[osLabel];
  if (selected === undefined || selected === "linux") return undefined;
  return {
    ok: false,
    reason: "NodeAffinity",
    message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  };
}

/** The scheduler's own check, which the kubelet repeats for pods that no scheduler has seen. */
function refusedForPorts({ spec }: Pod, others: readonly Pod[]): Admission | undefined {
  const taken = others.flatMap((other) => hostPorts(other.spec));
  if (!hostPorts(spec).some((port) => taken.some((other) => clash(port, other)))) return undefined;
  return {
    ok: false,
    reason: "NodePorts",
    message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested " +
      "pod ports",
  };
}
