/** Taints that drive pods off the node, and what bears with them. */
import assert from "node:assert/strict";
import { pod } from "../../../../tests/fakes/pods.ts";
import type { PodSpec } from "../../k8s.ts";
import type { Taint } from "./node.ts";
import { taintFailures } from "./taints.ts";

const taint: Taint = { key: "role", value: "db", effect: "NoExecute" };
type Tolerations = NonNullable<PodSpec["tolerations"]>;

const cases: readonly {
  readonly about: string;
  readonly taints?: readonly Taint[];
  readonly tolerations?: Tolerations;
  readonly fits: boolean;
}[] = [
  { about: "no taint", taints: [], fits: true },
  {
    about: "a taint that only the scheduler heeds",
    taints: [{ ...taint, effect: "NoSchedule" }],
    fits: true,
  },
  { about: "no toleration", fits: false },
  { about: "all tolerated", tolerations: [{ operator: "Exists" }], fits: true },
  { about: "the key tolerated", tolerations: [{ key: "role", operator: "Exists" }], fits: true },
  { about: "the value tolerated", tolerations: [{ key: "role", value: "db" }], fits: true },
  {
    about: "Equal by name",
    tolerations: [{ key: "role", operator: "Equal", value: "db" }],
    fits: true,
  },
  { about: "another value", tolerations: [{ key: "role", value: "web" }], fits: false },
  { about: "another key", tolerations: [{ key: "rule", operator: "Exists" }], fits: false },
  {
    about: "another effect",
    tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
    fits: false,
  },
  { about: "this effect", tolerations: [{ operator: "Exists", effect: "NoExecute" }], fits: true },
  {
    about: "numbers, which are not compared",
    tolerations: [{ key: "role", operator: "Gt", value: "db" }],
    fits: false,
  },
  {
    about: "no value on either side",
    taints: [{ key: "role", effect: "NoExecute" }],
    tolerations: [{ key: "role" }],
    fits: true,
  },
  {
    about: "one of two",
    taints: [taint, { key: "other", effect: "NoExecute" }],
    tolerations: [{ key: "role", operator: "Exists" }],
    fits: false,
  },
];

for (const { about, taints = [taint], tolerations = [], fits } of cases) {
  Deno.test(`taints: ${about} ${fits ? "fits" : "does not fit"}`, () => {
    assert.deepEqual(
      taintFailures(pod("web").spec({ tolerations }).build(), { taints }),
      fits ? [] : [{
        kind: "Mismatch",
        name: "TaintToleration",
        reason: "node(s) had taints that the pod didn't tolerate",
      }],
    );
  });
}

Deno.test("a static pod stays whatever the taint", () => {
  const made = pod("web").annotations({ "kubernetes.io/config.source": "file" }).build();
  assert.deepEqual(taintFailures(made, { taints: [taint] }), []);
  const sent = pod("web").annotations({ "kubernetes.io/config.source": "api" }).build();
  assert.equal(taintFailures(sent, { taints: [taint] }).length, 1);
});
