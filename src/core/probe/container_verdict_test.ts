/** What verdicts mean for a container that runs. */
import assert from "node:assert/strict";
import type { Container } from "../k8s.ts";
import { failedProbe, hasStarted, isReady } from "./container_verdict.ts";
import type { ContainerVerdicts } from "./verdict.ts";

const plain: Container = { name: "plain" };
const all: Container = {
  name: "all",
  startupProbe: {},
  livenessProbe: {},
  readinessProbe: {},
};
const alive = { startup: "Success", liveness: "Success" } as const;

type Row = readonly [
  what: string,
  container: Container,
  verdicts: ContainerVerdicts,
  meaning: { started: boolean; ready: boolean; failed?: "startup" | "liveness" },
];

const rows: readonly Row[] = [
  ["no probes", plain, {}, { started: true, ready: true }],
  ["nothing found out yet", all, {}, { started: false, ready: false }],
  ["starting", all, { startup: "Unknown" }, { started: false, ready: false }],
  ["not to start", all, { startup: "Failure" }, {
    started: false,
    ready: false,
    failed: "startup",
  }],
  ["started", all, { ...alive, readiness: "Failure" }, { started: true, ready: false }],
  ["ready", all, { ...alive, readiness: "Success" }, { started: true, ready: true }],
  ["dead", all, { ...alive, liveness: "Failure", readiness: "Success" }, {
    started: true,
    ready: true,
    failed: "liveness",
  }],
  ["ready before it has started", all, { startup: "Unknown", readiness: "Success" }, {
    started: false,
    ready: false,
  }],
];

for (const [what, container, verdicts, { started, ready, failed }] of rows) {
  Deno.test(`a container with ${what}`, () => {
    assert.equal(hasStarted(container, verdicts), started);
    assert.equal(isReady(container, verdicts), ready);
    assert.equal(failedProbe(container, verdicts), failed);
  });
}
