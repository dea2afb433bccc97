/** Kubernetes' own validation, which the API server does for its pods and a node must do for manifests. */
import type { Pod, PodSpec } from "../k8s.ts";
import { containerProblems } from "./validate/containers.ts";
import { dnsProblems } from "./validate/dns.ts";
import { metadataProblems } from "./validate/metadata.ts";
import { type FieldProblem, forbidden, invalid, oneOf } from "./validate/problem.ts";
import { podSecurityProblems } from "./validate/pod_security.ts";
import { podResourceProblems } from "./validate/resources.ts";
import { schedulingProblems } from "./validate/scheduling.ts";
import { volumeProblems } from "./validate/volumes.ts";

export type { FieldProblem } from "./validate/problem.ts";

const restartPolicies = ["Always", "Never", "OnFailure"];
const systems = ["linux", "windows"];

/**
 * All that is wrong with a pod that fits the schema and has its defaults; what this agent does not support is not looked
 * at. Gives nothing for a good pod.
 */
export function validatePod(
  { metadata, spec }: Pick<Pod, "metadata" | "spec">,
): readonly FieldProblem[] {
  return [
    ...metadataProblems(metadata),
    ...volumeProblems(["spec", "volumes"], spec.volumes ?? []),
    ...containerProblems(spec),
    ...podProblems(spec),
    ...podResourceProblems(spec),
    ...podSecurityProblems({ metadata, spec }),
    ...schedulingProblems(spec),
    ...dnsProblems(spec),
  ];
}

function podProblems(spec: PodSpec): readonly FieldProblem[] {
  const value = spec.restartPolicy;
  return [
    ...oneOf(["spec", "restartPolicy"], { value, supported: restartPolicies }),
    ...graceProblems(spec.terminationGracePeriodSeconds),
    ...(spec.os === undefined
      ? []
      : oneOf(["spec", "os", "name"], { value: spec.os.name, supported: systems })),
    ...processNamespaceProblems(spec),
    ...((spec.ephemeralContainers ?? []).length === 0
      ? []
      : [forbidden(["spec", "ephemeralContainers"], "cannot be set on create")]),
  ];
}

function graceProblems(seconds: number): readonly FieldProblem[] {
  if (seconds >= 0) return [];
  const detail = "must be greater than or equal to 0";
  return [invalid(["spec", "terminationGracePeriodSeconds"], { value: seconds, detail })];
}

function processNamespaceProblems(
  { hostPID, shareProcessNamespace }: PodSpec,
): readonly FieldProblem[] {
  if (hostPID !== true || shareProcessNamespace !== true) return [];
  const detail = "ShareProcessNamespace and HostPID cannot both be enabled";
  return [invalid(["spec", "shareProcessNamespace"], { value: true, detail })];
}
