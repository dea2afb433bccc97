/** How many results make a verdict, and when there is no more to find out. */
import assert from "node:assert/strict";
import type { Probe } from "../k8s.ts";
import {
  count,
  initialVerdict,
  newTally,
  onlyOf,
  type ProbeKind,
  type Tally,
  withVerdict,
} from "./verdict.ts";

interface Case {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  /** Results in their order: `+` for success, `-` for failure. */
  readonly results: string;
  readonly verdict: Tally["verdict"];
  readonly isDone: boolean;
}

const thrice: Probe = { successThreshold: 1, failureThreshold: 3 };
const slow: Probe = { successThreshold: 2, failureThreshold: 2 };

const cases: readonly Case[] = [
  { kind: "readiness", probe: thrice, results: "", verdict: "Failure", isDone: false },
  { kind: "readiness", probe: thrice, results: "+", verdict: "Success", isDone: false },
  { kind: "readiness", probe: thrice, results: "+--", verdict: "Success", isDone: false },
  { kind: "readiness", probe: thrice, results: "+---", verdict: "Failure", isDone: false },
  { kind: "readiness", probe: thrice, results: "+--+--", verdict: "Success", isDone: false },
  { kind: "readiness", probe: thrice, results: "+---+", verdict: "Success", isDone: false },
  { kind: "readiness", probe: slow, results: "+", verdict: "Failure", isDone: false },
  { kind: "readiness", probe: slow, results: "+-+", verdict: "Failure", isDone: false },
  { kind: "readiness", probe: slow, results: "++", verdict: "Success", isDone: false },
  { kind: "readiness", probe: slow, results: "++-+-", verdict: "Success", isDone: false },
  { kind: "liveness", probe: thrice, results: "", verdict: "Success", isDone: false },
  { kind: "liveness", probe: thrice, results: "--", verdict: "Success", isDone: false },
  { kind: "liveness", probe: thrice, results: "--+--", verdict: "Success", isDone: false },
  { kind: "liveness", probe: thrice, results: "---", verdict: "Failure", isDone: true },
  { kind: "startup", probe: thrice, results: "", verdict: "Unknown", isDone: false },
  { kind: "startup", probe: thrice, results: "--", verdict: "Unknown", isDone: false },
  { kind: "startup", probe: thrice, results: "--+", verdict: "Success", isDone: true },
  { kind: "startup", probe: thrice, results: "---", verdict: "Failure", isDone: true },
  { kind: "startup", probe: {}, results: "+", verdict: "Success", isDone: true },
];

for (const { kind, probe, results, verdict, isDone } of cases) {
  const { successThreshold, failureThreshold } = probe;
  const what = `${kind} (${successThreshold}, ${failureThreshold}) after "${results}"`;
  Deno.test(`${what}: ${verdict}${isDone ? ", done" : ""}`, () => {
    const tally = [...results].reduce(
      (before, result) => count(before, result === "+" ? "Success" : "Failure", { kind, probe }),
      newTally(initialVerdict[kind]),
    );
    assert.deepEqual([tally.verdict, tally.isDone], [verdict, isDone]);
  });
}

Deno.test("verdicts are kept by container and by probe", () => {
  const one = withVerdict(new Map(), { id: "a", kind: "startup", verdict: "Success" });
  const two = withVerdict(one, { id: "a", kind: "readiness", verdict: "Failure" });
  const three = withVerdict(two, { id: "b", kind: "liveness", verdict: "Success" });
  assert.deepEqual(one.get("a"), { startup: "Success" });
  assert.deepEqual(three.get("a"), { startup: "Success", readiness: "Failure" });
  assert.deepEqual([...onlyOf(three, new Set(["b"])).keys()], ["b"]);
});
