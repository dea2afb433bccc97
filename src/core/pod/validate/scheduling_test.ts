/** What Kubernetes finds wrong with selectors, affinity and tolerations. */
import assert from "node:assert/strict";
import type { V1NodeSelectorRequirement, V1NodeSelectorTerm } from "@kubernetes/client-node";
import { pod, type PodBuilder } from "../../../../tests/fakes/pods.ts";
import { problemsOf } from "../../../../tests/fakes/problems.ts";
import type { PodSpec, Wire } from "../../k8s.ts";

const web = pod("web");
const field = "requiredDuringSchedulingIgnoredDuringExecution";
const terms = `spec.affinity.nodeAffinity.${field}.nodeSelectorTerms`;

function required(...nodeSelectorTerms: Wire<V1NodeSelectorTerm>[]): PodBuilder {
  return web.spec({ affinity: { nodeAffinity: { [field]: { nodeSelectorTerms } } } });
}

function labels(...matchExpressions: Wire<V1NodeSelectorRequirement>[]): PodBuilder {
  return required({ matchExpressions });
}

function tolerating(...tolerations: NonNullable<PodSpec["tolerations"]>[number][]): PodBuilder {
  return web.spec({ tolerations });
}

const cases: readonly [about: string, pod: PodBuilder, expected: readonly string[]][] = [
  [
    "everything rightly",
    required({
      matchExpressions: [
        { key: "a", operator: "In", values: ["b", ""] },
        { key: "example.com/c", operator: "DoesNotExist" },
        { key: "d", operator: "Gt", values: ["5"] },
      ],
      matchFields: [{ key: "metadata.name", operator: "NotIn", values: ["edge-2"] }],
    }).spec({
      nodeSelector: { "kubernetes.io/arch": "arm64" },
      tolerations: [
        { operator: "Exists" },
        { key: "a", value: "b", effect: "NoExecute", tolerationSeconds: 5 },
      ],
    }),
    [],
  ],
  ["no term", required(), [`${terms}: Required value: must have at least one node selector term`]],
  [
    "operators and their values",
    labels(
      { key: "a", operator: "In" },
      { key: "a", operator: "Exists", values: ["b"] },
      { key: "a", operator: "Lt", values: ["1", "2"] },
      { key: "a", operator: "Equals", values: ["b"] },
    ),
    [
      `${terms}[0].matchExpressions[0].values: Required value: must be specified when ` +
      "`operator` is 'In' or 'NotIn'",
      `${terms}[0].matchExpressions[1].values: Forbidden: may not be specified when \`operator\` ` +
      "is 'Exists' or 'DoesNotExist'",
      `${terms}[0].matchExpressions[2].values: Required value: must be specified single value ` +
      "when `operator` is 'Lt' or 'Gt'",
      `${terms}[0].matchExpressions[3].operator: Invalid value: "Equals": not a valid selector ` +
      "operator",
    ],
  ],
  [
    "fields",
    required({
      matchFields: [
        { key: "metadata.uid", operator: "In", values: ["1"] },
        { key: "metadata.name", operator: "In", values: ["a", "b"] },
        { key: "metadata.name", operator: "Exists" },
      ],
    }),
    [
      `${terms}[0].matchFields[0].key: Invalid value: "metadata.uid": not a valid field selector key`,
      `${terms}[0].matchFields[1].values: Required value: must be only one value when ` +
      "`operator` is 'In' or 'NotIn' for node field selector",
      `${terms}[0].matchFields[2].operator: Invalid value: "Exists": not a valid selector operator`,
    ],
  ],
  [
    "tolerations",
    tolerating(
      { key: "" },
      { key: "a", tolerationSeconds: 5 },
      { key: "a", operator: "Exists", value: "b" },
      { key: "a", operator: "Gt", value: "5" },
      { key: "a", effect: "NoRun" },
    ),
    [
      'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is ' +
      'empty, which means "match all values and all keys"',
      "spec.tolerations[1].effect: Invalid value: \"\": effect must be 'NoExecute' when " +
      "`tolerationSeconds` is set",
      'spec.tolerations[2].operator: Invalid value: "b": value must be empty when `operator` is ' +
      "'Exists'",
      'spec.tolerations[3].operator: Unsupported value: "Gt": supported values: "Equal", "Exists"',
      'spec.tolerations[4].effect: Unsupported value: "NoRun": supported values: "NoSchedule", ' +
      '"PreferNoSchedule", "NoExecute"',
    ],
  ],
];

for (const [about, builder, expected] of cases) {
  Deno.test(`validation of scheduling: ${about}`, () => {
    assert.deepEqual(problemsOf(builder), expected);
  });
}

Deno.test("validation of scheduling: names that are none", () => {
  const found = problemsOf(
    labels({ key: "a b", operator: "In", values: ["c d"] }).spec({
      nodeSelector: { "e f": "g h" },
      tolerations: [{ key: "i j", value: "k l" }],
    }),
  );
  assert.deepEqual(found.map((each) => each.split(": ").slice(0, 3).join(": ")), [
    'spec.nodeSelector: Invalid value: "e f"',
    'spec.nodeSelector: Invalid value: "g h"',
    `${terms}[0].matchExpressions[0].key: Invalid value: "a b"`,
    `${terms}[0].matchExpressions[0].values[0]: Invalid value: "c d"`,
    'spec.tolerations[0].key: Invalid value: "i j"',
    'spec.tolerations[0].operator: Invalid value: "k l"',
  ]);
});
