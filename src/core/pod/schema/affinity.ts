/**
 * The schemas of what the scheduler reads: affinity, topology spread and label selectors.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#scheduling
 */
import * as v from "valibot";
import { int32, stringMap, text, texts } from "./scalars.ts";
import { optional, scheduler, supported } from "./support.ts";

const requirement = v.strictObject({ key: text, operator: text, values: optional(texts) });

export const labelSelector = v.strictObject({
  matchExpressions: optional(v.array(requirement)),
  matchLabels: optional(stringMap),
});

const nodeRequirement = v.strictObject({
  key: supported(text),
  operator: supported(text),
  values: optional(supported(texts)),
});

const nodeSelectorTerm = v.strictObject({
  matchExpressions: optional(supported(v.array(nodeRequirement))),
  matchFields: optional(supported(v.array(nodeRequirement))),
});

const nodeSelector = v.strictObject({
  nodeSelectorTerms: supported(v.array(nodeSelectorTerm)),
});

const nodeAffinity = v.strictObject({
  preferredDuringSchedulingIgnoredDuringExecution: optional(
    scheduler(v.array(v.strictObject({ preference: nodeSelectorTerm, weight: int32 }))),
  ),
  requiredDuringSchedulingIgnoredDuringExecution: optional(supported(nodeSelector)),
});

const podAffinityTerm = v.strictObject({
  labelSelector: optional(labelSelector),
  matchLabelKeys: optional(texts),
  mismatchLabelKeys: optional(texts),
  namespaceSelector: optional(labelSelector),
  namespaces: optional(texts),
  topologyKey: text,
});

const podAffinity = v.strictObject({
  preferredDuringSchedulingIgnoredDuringExecution: optional(
    v.array(v.strictObject({ podAffinityTerm, weight: int32 })),
  ),
  requiredDuringSchedulingIgnoredDuringExecution: optional(v.array(podAffinityTerm)),
});

export const affinity = v.strictObject({
  nodeAffinity: optional(supported(nodeAffinity)),
  podAffinity: optional(scheduler(podAffinity)),
  podAntiAffinity: optional(scheduler(podAffinity)),
});

export const topologySpreadConstraint = v.strictObject({
  labelSelector: optional(labelSelector),
  matchLabelKeys: optional(texts),
  maxSkew: int32,
  minDomains: optional(int32),
  nodeAffinityPolicy: optional(text),
  nodeTaintsPolicy: optional(text),
  topologyKey: text,
  whenUnsatisfiable: text,
});
