/** When probes run for the first time, and that those of many pods do not run together. */
import assert from "node:assert/strict";
import { type FirstRun, firstRunMs, nextRunMs } from "./schedule.ts";

const about = { kind: "liveness", after: "Start", runningMs: 0, fraction: 0 } as const;
const every10 = { periodSeconds: 10 };
const delayed = { periodSeconds: 10, initialDelaySeconds: 30 };

const cases: readonly (readonly [what: string, Partial<FirstRun>, ms: number])[] = [
  ["readiness at once", { kind: "readiness", probe: every10 }, 0],
  ["readiness within a second", { kind: "readiness", probe: every10, fraction: 0.5 }, 500],
  ["readiness after its delay", { kind: "readiness", probe: delayed }, 30_000],
  ["the rest of the delay", { kind: "readiness", probe: delayed, runningMs: 12_000 }, 18_000],
  ["a delay that is over", { kind: "readiness", probe: delayed, runningMs: 99_000 }, 0],
  ["a clock set back", { kind: "readiness", probe: delayed, runningMs: -9e9 }, 30_000],
  ["liveness after a period", { probe: every10 }, 10_000],
  ["liveness after half a period at least", { probe: every10, fraction: 0.75 }, 6_250],
  ["liveness after a delay that is longer", { probe: delayed, fraction: 0.5 }, 30_500],
  ["startup as liveness", { kind: "startup", probe: every10, fraction: 0.5 }, 7_500],
  ["readiness as soon as started", {
    kind: "readiness",
    after: "Startup",
    probe: every10,
    fraction: 0.5,
  }, 0],
  ["liveness a period after that", { after: "Startup", probe: every10 }, 10_000],
  ["the delay counts from the start", {
    after: "Startup",
    kind: "readiness",
    probe: delayed,
    runningMs: 25_000,
  }, 5_000],
  ["adopted ones all over the period", { after: "Adoption", probe: every10, fraction: 0.2 }, 2_000],
  ["adopted ones not before their delay", {
    after: "Adoption",
    kind: "readiness",
    probe: delayed,
    runningMs: 10_000,
    fraction: 0.9,
  }, 20_000],
];

for (const [what, first, ms] of cases) {
  Deno.test(`first run: ${what}`, () => {
    assert.equal(firstRunMs({ ...about, probe: {}, ...first }), ms);
  });
}

Deno.test("the next run is a period after the start of the one before", () => {
  assert.equal(nextRunMs(every10, { tookMs: 400 }), 9_600);
  assert.equal(nextRunMs(every10, { tookMs: 12_000 }), 0);
});

Deno.test("of 110 pods that start together, or are adopted together, no twentieth part of the period sees a fifth", () => {
  for (const after of ["Start", "Adoption"] as const) {
    const slots = new Map<number, number>();
    for (let pod = 0; pod < 110; pod++) {
      const ms = firstRunMs({ ...about, probe: every10, after, fraction: pod / 110 });
      const slot = Math.floor(ms / 500);
      slots.set(slot, (slots.get(slot) ?? 0) + 1);
    }
    assert.ok(Math.max(...slots.values()) < 22, `${after}: ${[...slots.values()]}`);
  }
});
