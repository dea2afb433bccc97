/** Checks which nodes a pod is for: labels, required affinity, tolerations. */
import type { V1NodeSelectorRequirement, V1Toleration } from "@kubernetes/client-node";
import type { PodSpec, Wire } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { dnsSubdomain, labelValue, qualifiedName } from "./names.ts";
import { allInvalid, type FieldProblem, forbidden, invalid, oneOf, required } from "./problem.ts";

type Requirement = Wire<V1NodeSelectorRequirement>;
type Toleration = Wire<V1Toleration>;

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#scheduling */
export function schedulingProblems(spec: PodSpec): readonly FieldProblem[] {
  return [
    ...selectorProblems(["spec", "nodeSelector"], spec.nodeSelector ?? {}),
    ...affinityProblems(spec),
    ...(spec.tolerations ?? []).flatMap((each, index) =>
      tolerationProblems(["spec", "tolerations", index], each)
    ),
  ];
}

function selectorProblems(
  path: YamlPath,
  labels: Readonly<Record<string, string>>,
): readonly FieldProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...allInvalid(path, { value: key, details: qualifiedName(key) }),
    ...allInvalid(path, { value, details: labelValue(value) }),
  ]);
}

function affinityProblems({ affinity }: PodSpec): readonly FieldProblem[] {
  const field = "requiredDuringSchedulingIgnoredDuringExecution";
  const terms = affinity?.nodeAffinity?.[field]?.nodeSelectorTerms;
  const path: YamlPath = ["spec", "affinity", "nodeAffinity", field, "nodeSelectorTerms"];
  if (terms?.length === 0) return [required(path, "must have at least one node selector term")];
  return (terms ?? []).flatMap(({ matchExpressions = [], matchFields = [] }, index) => [
    ...matchExpressions.flatMap((each, place) =>
      labelProblems([...path, index, "matchExpressions", place], each)
    ),
    ...matchFields.flatMap((each, place) =>
      fieldProblems([...path, index, "matchFields", place], each)
    ),
  ]);
}

function labelProblems(path: YamlPath, requirement: Requirement): readonly FieldProblem[] {
  const { key, values = [] } = requirement;
  return [
    ...operatorProblems(path, requirement),
    ...allInvalid([...path, "key"], { value: key, details: qualifiedName(key) }),
    ...values.flatMap((value, index) =>
      allInvalid([...path, "values", index], { value, details: labelValue(value) })
    ),
  ];
}

function operatorProblems(
  path: YamlPath,
  { operator, values = [] }: Requirement,
): readonly FieldProblem[] {
  const at = [...path, "values"];
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length > 0
        ? []
        : [required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
    case "Exists":
    case "DoesNotExist":
      return values.length === 0
        ? []
        : [forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case "Gt":
    case "Lt":
      return values.length === 1
        ? []
        : [required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [noOperator(path, operator)];
  }
}

function noOperator(path: YamlPath, value: string): FieldProblem {
  return invalid([...path, "operator"], { value, detail: "not a valid selector operator" });
}

/** A node's name is all that it can be found by besides its labels. */
function fieldProblems(
  path: YamlPath,
  { key, operator, values = [] }: Requirement,
): readonly FieldProblem[] {
  const detail =
    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
  const isKnown = operator === "In" || operator === "NotIn";
  return [
    ...(isKnown ? [] : [noOperator(path, operator)]),
    ...(isKnown && values.length !== 1 ? [required([...path, "values"], detail)] : []),
    ...(key === "metadata.name"
      ? values.flatMap((value, index) =>
        allInvalid([...path, "values", index], { value, details: dnsSubdomain(value) })
      )
      : [invalid([...path, "key"], { value: key, detail: "not a valid field selector key" })]),
  ];
}

function tolerationProblems(path: YamlPath, toleration: Toleration): readonly FieldProblem[] {
  const { key, operator, effect, tolerationSeconds } = toleration;
  const isAny = !key && operator !== "Exists";
  const any =
    'operator must be Exists when `key` is empty, which means "match all values and all ' +
    'keys"';
  const timed = "effect must be 'NoExecute' when `tolerationSeconds` is set";
  return [
    ...(key ? allInvalid([...path, "key"], { value: key, details: qualifiedName(key) }) : []),
    ...(isAny ? [invalid([...path, "operator"], { value: operator ?? "", detail: any })] : []),
    ...(tolerationSeconds !== undefined && effect !== "NoExecute"
      ? [invalid([...path, "effect"], { value: effect ?? "", detail: timed })]
      : []),
    ...valueProblems([...path, "operator"], toleration),
    ...(effect ? oneOf([...path, "effect"], { value: effect, supported: effects }) : []),
  ];
}

function valueProblems(
  path: YamlPath,
  { operator = "", value = "" }: Toleration,
): readonly FieldProblem[] {
  switch (operator) {
    case "":
    case "Equal":
      return allInvalid(path, { value, details: labelValue(value) });
    case "Exists":
      return value === ""
        ? []
        : [invalid(path, { value, detail: "value must be empty when `operator` is 'Exists'" })];
    default:
      return oneOf(path, { value: operator, supported: ["Equal", "Exists"] });
  }
}
