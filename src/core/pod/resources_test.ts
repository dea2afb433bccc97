/** What a pod asks for in all. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import { formatQuantity } from "../quantity.ts";
import { podAmount } from "./resources.ts";

function limit(cpu: string): { readonly resources: object } {
  return { resources: { limits: { cpu } } };
}

function whole(cpu: string): PodBuilder {
  return pod("a").spec(limit(cpu));
}

const cases: readonly [name: string, pod: PodBuilder, total: string, declared: boolean][] = [
  ["nothing", pod("a"), "0", false],
  [
    "the sum of the containers",
    pod("a").container("a", limit("1")).container("b", limit("500m")),
    "1500m",
    true,
  ],
  ["one container without", pod("a").container("a", limit("1")).container("b"), "1", false],
  [
    "an init container that needs more",
    pod("a").initContainer("i", limit("3")).container("a", limit("1")),
    "3",
    true,
  ],
  [
    "an init container that needs less",
    pod("a").initContainer("i", limit("1")).container("a", limit("2")),
    "2",
    true,
  ],
  ["an init container without", pod("a").initContainer("i").container("a", limit("2")), "2", false],
  [
    "sidecars run beside the containers",
    pod("a").sidecar("s", limit("1")).container("a", limit("2")),
    "3",
    true,
  ],
  [
    "an init container runs beside the sidecars before it, not those after",
    pod("a").sidecar("s", limit("1")).initContainer("i", limit("4")).sidecar("t", limit("1"))
      .container("a", limit("1")),
    "5",
    true,
  ],
  [
    "what the pod has as a whole, more than its containers",
    whole("4").container("a", limit("1")).container("b"),
    "4",
    true,
  ],
  [
    "what the pod has as a whole, less than its containers together",
    whole("2").container("a", limit("1500m")).container("b", limit("1")),
    "2",
    true,
  ],
  [
    "what the pod has as a whole, and what it costs to have it",
    whole("2").spec({ overhead: { cpu: "250m" } }),
    "2250m",
    true,
  ],
  [
    "a pod that is limited to nothing as a whole",
    whole("0").container("a", limit("1")).container("b"),
    "0",
    false,
  ],
  [
    "an init container without, beside a sidecar that has one",
    pod("a").sidecar("s", limit("1")).initContainer("i").container("a", limit("2")),
    "3",
    false,
  ],
];

for (const [name, builder, total, declared] of cases) {
  Deno.test(`a pod's amount: ${name}`, () => {
    const amount = podAmount(builder.build().spec, { kind: "limits", resource: "cpu" });
    assert.equal(formatQuantity(amount.total), total);
    assert.equal(amount.declared, declared);
  });
}

Deno.test("overhead counts beside the containers, but makes no limit where there is none", () => {
  const spec = { overhead: { cpu: "250m" } };
  const limited = pod("a").container("a", limit("2")).spec(spec).build().spec;
  const amount = (kind: "requests" | "limits", of: typeof limited): string =>
    formatQuantity(podAmount(of, { kind, resource: "cpu" }).total);
  assert.equal(amount("limits", limited), "2250m");
  const bare = pod("a").spec(spec).build().spec;
  assert.equal(amount("limits", bare), "0");
  assert.equal(amount("requests", bare), "250m");
});
