/** What is said of a runtime that cannot run pods. */
import assert from "node:assert/strict";
import { runtimeProblems } from "./runtime_problems.ts";

const condition = (type: string, status: boolean) => ({
  type,
  status,
  reason: "R",
  message: "M m",
});
const ready = [condition("RuntimeReady", true), condition("NetworkReady", true)];

const CASES: readonly (readonly [
  what: string,
  input: Parameters<typeof runtimeProblems>[0],
  problems: readonly string[],
])[] = [
  ["ready", { conditions: ready, sinceReadyMs: 0 }, []],
  ["away for less than half a minute", { conditions: ready, sinceReadyMs: 29_999 }, []],
  ["away for half a minute", { conditions: ready, sinceReadyMs: 30_000 }, [
    "container runtime is down",
  ]],
  ["not asked yet", { conditions: null, sinceReadyMs: null }, [
    "container runtime status check may not have completed yet",
    "network state unknown",
  ]],
  ["without a network", {
    conditions: [condition("RuntimeReady", true), condition("NetworkReady", false)],
    sinceReadyMs: 0,
  }, ["container runtime network not ready: NetworkReady=false reason:R message:M m"]],
  ["not ready itself", {
    conditions: [condition("RuntimeReady", false), condition("NetworkReady", true)],
    sinceReadyMs: 1,
  }, ["container runtime not ready: RuntimeReady=false reason:R message:M m"]],
  ["silent about itself", { conditions: [], sinceReadyMs: 1 }, [
    "container runtime not ready: <nil>",
    "container runtime network not ready: <nil>",
  ]],
];

for (const [what, input, problems] of CASES) {
  Deno.test(`a runtime that is ${what}`, () => assert.deepEqual(runtimeProblems(input), problems));
}
