/** Node selectors and required node affinity against a node's labels. */
import assert from "node:assert/strict";
import { admissionNode } from "../../../../tests/fakes/admission_node.ts";
import { pod } from "../../../../tests/fakes/pods.ts";
import type { PodSpec } from "../../k8s.ts";
import { nodeAffinityFailures } from "./node_affinity.ts";

const labels = { disk: "ssd", cores: "4", "kubernetes.io/arch": "arm64", empty: "" };
const node = admissionNode({ name: "edge-1", labels });

type Required = NonNullable<
  NonNullable<NonNullable<PodSpec["affinity"]>["nodeAffinity"]>[
    "requiredDuringSchedulingIgnoredDuringExecution"
  ]
>;

function required(...nodeSelectorTerms: Required["nodeSelectorTerms"]): Partial<PodSpec> {
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } };
}

function label(key: string, operator: string, ...values: string[]): Partial<PodSpec> {
  return required({ matchExpressions: [{ key, operator, values }] });
}

function field(key: string, operator: string, ...values: string[]): Partial<PodSpec> {
  return required({ matchFields: [{ key, operator, values }] });
}

const exists = { key: "disk", operator: "Exists" };
const absent = { key: "gpu", operator: "Exists" };

const cases: readonly (readonly [about: string, spec: Partial<PodSpec>, fits: boolean])[] = [
  ["nothing asked for", {}, true],
  ["an empty selector", { nodeSelector: {} }, true],
  ["a label of the node", { nodeSelector: { disk: "ssd" } }, true],
  ["another value", { nodeSelector: { disk: "hdd" } }, false],
  ["a label that the node lacks", { nodeSelector: { gpu: "" } }, false],
  ["an empty value", { nodeSelector: { empty: "" } }, true],
  ["a selector that fits and affinity that does not", {
    nodeSelector: { disk: "ssd" },
    ...label("disk", "DoesNotExist"),
  }, false],
  ["preferred affinity alone", {
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  }, true],
  ["In", label("disk", "In", "hdd", "ssd"), true],
  ["In without the value", label("disk", "In", "hdd"), false],
  ["In of a label that is not there", label("gpu", "In", "a"), false],
  ["In without values", label("disk", "In"), false],
  ["NotIn", label("disk", "NotIn", "hdd"), true],
  ["NotIn with the value", label("disk", "NotIn", "ssd"), false],
  ["NotIn of a label that is not there", label("gpu", "NotIn", "a"), true],
  ["NotIn without values", label("gpu", "NotIn"), false],
  ["Exists", label("empty", "Exists"), true],
  ["Exists of a label that is not there", label("gpu", "Exists"), false],
  ["Exists with a value", label("disk", "Exists", "ssd"), false],
  ["DoesNotExist", label("gpu", "DoesNotExist"), true],
  ["DoesNotExist of what every object has", label("constructor", "DoesNotExist"), true],
  ["DoesNotExist of a label that is there", label("disk", "DoesNotExist"), false],
  ["Gt", label("cores", "Gt", "3"), true],
  ["Gt of the same", label("cores", "Gt", "4"), false],
  ["Lt", label("cores", "Lt", "5"), true],
  ["Lt below zero", label("cores", "Lt", "-1"), false],
  ["Gt of a word", label("disk", "Gt", "1"), false],
  ["Gt of a label that is not there", label("gpu", "Gt", "1"), false],
  ["Gt with a word", label("cores", "Gt", "one"), false],
  ["Gt with two values", label("cores", "Gt", "1", "2"), false],
  ["Gt beyond 64 bits", label("cores", "Lt", "99999999999999999999"), false],
  ["an operator that is none", label("disk", "Equals", "ssd"), false],
  ["the node's name", field("metadata.name", "In", "edge-1"), true],
  ["another node's name", field("metadata.name", "In", "edge-2"), false],
  ["any node but this one", field("metadata.name", "NotIn", "edge-1"), false],
  ["any node but another one", field("metadata.name", "NotIn", "edge-2"), true],
  ["two names", field("metadata.name", "In", "edge-1", "edge-2"), false],
  ["a field compared in another way", field("metadata.name", "Exists"), false],
  ["a field that is none", field("metadata.uid", "In", "1"), false],
  ["no term", required(), false],
  ["a term that asks for nothing", required({}), false],
  [
    "one of two terms",
    required({ matchExpressions: [absent] }, { matchExpressions: [exists] }),
    true,
  ],
  ["one of two expressions", required({ matchExpressions: [exists, absent] }), false],
  [
    "an expression and a field",
    required({
      matchExpressions: [exists],
      matchFields: [{ key: "metadata.name", operator: "In", values: ["edge-1"] }],
    }),
    true,
  ],
  [
    "an expression and a field that does not fit",
    required({
      matchExpressions: [exists],
      matchFields: [{ key: "metadata.name", operator: "In", values: ["edge-2"] }],
    }),
    false,
  ],
];

for (const [about, spec, fits] of cases) {
  Deno.test(`node affinity: ${about} ${fits ? "fits" : "does not fit"}`, () => {
    assert.deepEqual(
      nodeAffinityFailures(pod("web").spec(spec).build(), node),
      fits ? [] : [{
        kind: "Mismatch",
        name: "NodeAffinity",
        reason: "node(s) didn't match Pod's node affinity/selector",
      }],
    );
  });
}
