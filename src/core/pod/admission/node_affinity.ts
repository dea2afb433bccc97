/**
 * Whether a pod is for a node with these labels.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
 */
import type { V1NodeSelectorRequirement, V1NodeSelectorTerm } from "@kubernetes/client-node";
import type { Pod, Wire } from "../../k8s.ts";
import type { AdmissionNode } from "./node.ts";
import type { Mismatch } from "./predicate.ts";

type NamedNode = Pick<AdmissionNode, "name" | "labels">;
type Requirement = Wire<V1NodeSelectorRequirement>;
type Term = Wire<V1NodeSelectorTerm>;

/** The scheduler's plugin, and the reason of a refusal. */
export const nodeAffinity = "NodeAffinity";

/** `nodeSelector`, and of `nodeAffinity` what is required: there one term is enough. */
export function nodeAffinityFailures(
  { spec }: Pick<Pod, "spec">,
  node: NamedNode,
): readonly Mismatch[] {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    ?.nodeSelectorTerms;
  const selected = Object.entries(spec.nodeSelector ?? {})
    .every(([key, value]) => valueOf(node.labels, key) === value);
  if (selected && (terms === undefined || terms.some((term) => fits(term, node)))) return [];
  return [{
    kind: "Mismatch",
    name: nodeAffinity,
    reason: "node(s) didn't match Pod's node affinity/selector",
  }];
}

/** A term that asks for nothing fits no node. */
function fits(
  { matchExpressions = [], matchFields = [] }: Term,
  { name, labels }: NamedNode,
): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const fields: Readonly<Record<string, string>> = { "metadata.name": name };
  return matchExpressions.every((each) =>
    isWellFormed(each) && holds(each, valueOf(labels, each.key))
  ) &&
    matchFields.every((each) =>
      isFieldRequirement(each) && holds(each, valueOf(fields, each.key) ?? "")
    );
}

/** A label may be called like something that every object has. */
function valueOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** A requirement that no API server would take makes its term fit nothing. */
function isWellFormed({ operator, values = [] }: Requirement): boolean {
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length > 0;
    case "Exists":
    case "DoesNotExist":
      return values.length === 0;
    case "Gt":
    case "Lt":
      return values.length === 1 && wholeNumber(values[0]) !== null;
    default:
      return false;
  }
}

/** A field has one value, so it is compared with one. */
function isFieldRequirement({ operator, values = [] }: Requirement): boolean {
  return (operator === "In" || operator === "NotIn") && values.length === 1;
}

function holds({ operator, values = [] }: Requirement, found: string | undefined): boolean {
  switch (operator) {
    case "In":
      return found !== undefined && values.includes(found);
    case "NotIn":
      return found === undefined || !values.includes(found);
    case "Exists":
      return found !== undefined;
    case "DoesNotExist":
      return found === undefined;
    default:
      return isBeyond(operator, { found, bound: values[0] });
  }
}

function isBeyond(
  operator: string,
  { found, bound }: { readonly found: string | undefined; readonly bound: string | undefined },
): boolean {
  const [own, limit] = [wholeNumber(found), wholeNumber(bound)];
  if (own === null || limit === null) return false;
  return operator === "Gt" ? own > limit : own < limit;
}

/** Labels are compared as 64-bit numbers. */
function wholeNumber(text: string | undefined): bigint | null {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return null;
  const number = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, number) === number ? number : null;
}
