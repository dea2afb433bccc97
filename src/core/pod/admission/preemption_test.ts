/** Who makes way for a critical pod. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../../tests/fakes/pods.ts";
import type { Shortage } from "./predicate.ts";
import { isCritical, podsToPreempt } from "./preemption.ts";

function lack(resource: string, amount: number): Shortage {
  return { kind: "Shortage", resource, requested: amount, used: 0, capacity: 0 };
}

const critical = pod("critical").annotations({ "kubernetes.io/config.source": "file" });

function burstable(name: string, requests: Readonly<Record<string, string>>): PodBuilder {
  return pod(name).container("main", { resources: { requests } });
}

function guaranteed(name: string, limits: Readonly<Record<string, string>>): PodBuilder {
  return pod(name).container("main", { resources: { limits, requests: limits } });
}

const cases: readonly {
  readonly about: string;
  readonly preemptor?: PodBuilder;
  readonly shortages: readonly Shortage[];
  readonly others: readonly PodBuilder[];
  /** The names of those that go, or what is still lacking. */
  readonly expected: readonly string[] | string;
}[] = [
  {
    about: "the one that frees enough goes, not two small ones",
    shortages: [lack("cpu", 1_000)],
    others: [
      burstable("a", { cpu: "500m" }),
      burstable("b", { cpu: "1" }),
      burstable("c", { cpu: "500m" }),
    ],
    expected: ["b"],
  },
  {
    about: "of those that free enough the smaller goes",
    shortages: [lack("cpu", 1_000)],
    others: [burstable("a", { cpu: "2" }), burstable("b", { cpu: "1500m" })],
    expected: ["b"],
  },
  {
    about: "as many go as it takes",
    shortages: [lack("cpu", 1_000)],
    others: [burstable("a", { cpu: "300m" }), burstable("b", { cpu: "800m" })],
    expected: ["b", "a"],
  },
  {
    about: "a guaranteed pod stays while burstable ones are enough",
    shortages: [lack("cpu", 1_000)],
    others: [
      guaranteed("g", { cpu: "1", memory: "1Mi" }),
      burstable("a", { cpu: "600m" }),
      burstable("b", { cpu: "600m" }),
    ],
    expected: ["b", "a"],
  },
  {
    about: "a guaranteed pod goes where nothing else is enough, and what it makes needless stays",
    shortages: [lack("cpu", 1_000)],
    others: [guaranteed("g", { cpu: "1", memory: "1Mi" }), burstable("a", { cpu: "600m" })],
    expected: ["g"],
  },
  {
    about: "a place among pods is made by any pod, one that asks for nothing first",
    shortages: [lack("pods", 1)],
    others: [burstable("a", { cpu: "1" }), pod("idle")],
    expected: ["idle"],
  },
  {
    about: "two resources are weighed alike",
    shortages: [lack("cpu", 1_000), lack("memory", 1024 ** 3)],
    others: [burstable("cpu", { cpu: "4" }), burstable("both", { cpu: "900m", memory: "1Gi" })],
    expected: ["both", "cpu"],
  },
  {
    about: "critical pods do not make way",
    shortages: [lack("cpu", 1_000)],
    others: [burstable("a", { cpu: "4" }).spec({ priority: 2_000_000_000 })],
    expected: "[(res: cpu, q: 1000), ]",
  },
  {
    about: "a critical pod of lower priority does",
    preemptor: pod("critical").spec({ priority: 2_000_001_000 }),
    shortages: [lack("cpu", 1_000)],
    others: [burstable("a", { cpu: "4" }).spec({ priority: 2_000_000_000 })],
    expected: ["a"],
  },
  {
    about: "nobody goes where all together would not be enough",
    shortages: [lack("cpu", 1_000), lack("memory", 10)],
    others: [burstable("a", { cpu: "400m", memory: "1Gi" })],
    expected: "[(res: cpu, q: 600), ]",
  },
];

for (const { about, preemptor = critical, shortages, others, expected } of cases) {
  Deno.test(`preemption: ${about}`, () => {
    const chosen = podsToPreempt(preemptor.build(), {
      shortages,
      others: others.map((other) => other.build()),
    });
    if (typeof expected === "string") {
      assert.ok(!chosen.ok && chosen.error.endsWith(`to reclaim resources: ${expected}`));
    } else {
      assert.deepEqual(chosen.ok && chosen.value.map(({ metadata }) => metadata.name), expected);
    }
  });
}

Deno.test("static pods and those of the system's priorities are critical", () => {
  assert.equal(isCritical(critical.build()), true);
  assert.equal(isCritical(pod("a").spec({ priority: 2_000_000_000 }).build()), true);
  assert.equal(isCritical(pod("a").spec({ priority: 1_999_999_999 }).build()), false);
  assert.equal(isCritical(pod("a").build()), false);
});
