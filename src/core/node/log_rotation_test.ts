/** Which log files are moved, compressed and removed. */
import assert from "node:assert/strict";
import { planRotation, type RotationPlan } from "./log_rotation.ts";

const now = Date.UTC(2026, 2, 4, 5, 6, 7, 890);
const rotated = "0.log.20260304-050607";
const [first, second, third] = [
  "0.log.20260101-000000",
  "0.log.20260102-000000",
  "0.log.20260103-000000",
];

interface Case {
  readonly name: string;
  readonly names: readonly string[];
  readonly maxFiles: number;
  readonly plan: Partial<RotationPlan>;
}

const cases: readonly Case[] = [
  { name: "the first rotation only moves the file away", names: ["0.log"], maxFiles: 5, plan: {} },
  {
    name: "what was rotated before is compressed",
    names: ["0.log", first],
    maxFiles: 5,
    plan: { compress: [first] },
  },
  {
    name: "the oldest go, so that the live file and the new one fit",
    names: [third, "0.log", `${first}.gz`, `${second}.gz`],
    maxFiles: 4,
    plan: { remove: [`${first}.gz`], compress: [third] },
  },
  {
    name: "two files: nothing rotated before stays",
    names: ["0.log", first, `${second}.gz`],
    maxFiles: 2,
    plan: { remove: [first, `${second}.gz`] },
  },
  {
    name: "leftovers of a compression that was cut short go",
    names: ["0.log", first, `${first}.gz`, second, `${second}.tmp`],
    maxFiles: 5,
    plan: { remove: [first, `${second}.tmp`], compress: [second] },
  },
  {
    name: "other runs' logs are not touched",
    names: ["0.log", "10.log", "10.log.20260101-000000", "0.logs"],
    maxFiles: 2,
    plan: {},
  },
];

for (const { name, names, maxFiles, plan } of cases) {
  Deno.test(`log rotation: ${name}`, () => {
    const policy = { maxBytes: 1, maxFiles };
    assert.deepEqual(planRotation({ live: "0.log", names, now, policy }), {
      remove: [],
      compress: [],
      rotated,
      ...plan,
    });
  });
}
