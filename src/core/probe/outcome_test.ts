/** What answers mean, in the words of events. The texts were compared with those of the kubelet's own probers. */
import assert from "node:assert/strict";
import {
  connectOutcome,
  execOutcome,
  healthOutcome,
  httpOutcome,
  type Outcome,
  outcomeText,
} from "./outcome.ts";

const command = ["sh", "-c", 'say "hi"'];
const exec = { command, timeoutSeconds: 90 };
const health = { host: "fd00::1", port: 80, timeoutSeconds: 1 };
const ended = { kind: "Exited", exitCode: 0, stdout: "", stderr: "" } as const;

const cases: readonly (readonly [what: string, Outcome, text: string | null])[] = [
  ["exit 0", execOutcome(ended, exec), null],
  [
    "exit 1",
    execOutcome({ ...ended, exitCode: 1, stdout: "out\n", stderr: "err\n" }, exec),
    "Unhealthy: Readiness probe failed: out\nerr\n",
  ],
  [
    "a timeout",
    execOutcome({ kind: "TimedOut" }, exec),
    'Unhealthy: Readiness probe failed: command timed out: "sh -c say \\"hi\\"" timed out after 1m30s',
  ],
  ["200", httpOutcome({ kind: "Answered", status: 200, body: "secret" }), null],
  ["204", httpOutcome({ kind: "Answered", status: 204, body: "" }), null],
  [
    "302",
    httpOutcome({ kind: "Answered", status: 302, body: "away" }),
    "ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: away",
  ],
  [
    "404",
    httpOutcome({ kind: "Answered", status: 404, body: "secret" }),
    "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404",
  ],
  [
    "101",
    httpOutcome({ kind: "Answered", status: 101, body: "" }),
    "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 101",
  ],
  [
    "no answer",
    httpOutcome({ kind: "Failed", message: 'Get "http://x/": EOF' }),
    'Unhealthy: Readiness probe failed: Get "http://x/": EOF',
  ],
  [
    "half an answer",
    httpOutcome({ kind: "CutOff", message: "unexpected EOF" }),
    "Unhealthy: Readiness probe errored and resulted in failure state: unexpected EOF",
  ],
  ["a connection", connectOutcome({ kind: "Connected" }), null],
  [
    "no connection",
    connectOutcome({ kind: "Failed", message: "dial tcp x" }),
    "Unhealthy: Readiness probe failed: dial tcp x",
  ],
  ["SERVING", healthOutcome({ kind: "Answered", status: "SERVING" }, health), null],
  [
    "NOT_SERVING",
    healthOutcome({ kind: "Answered", status: "NOT_SERVING" }, health),
    'Unhealthy: Readiness probe failed: service unhealthy (responded with "NOT_SERVING")',
  ],
  [
    "nobody",
    healthOutcome({ kind: "NotConnected" }, health),
    'Unhealthy: Readiness probe failed: timeout: failed to connect service "[fd00::1]:80" ' +
    "within 1s: context deadline exceeded",
  ],
  [
    "somebody slow",
    healthOutcome({ kind: "TimedOut" }, health),
    "Unhealthy: Readiness probe failed: timeout: health rpc did not complete within 1s",
  ],
  [
    "another service",
    healthOutcome({ kind: "Unimplemented", message: "unknown service" }, health),
    "Unhealthy: Readiness probe failed: error: this server does not implement the grpc health " +
    "protocol (grpc.health.v1.Health): unknown service",
  ],
  [
    "an error",
    healthOutcome({ kind: "Failed", message: "rpc error: x" }, health),
    "Unhealthy: Readiness probe failed: error: health rpc probe failed: rpc error: x",
  ],
];

for (const [what, outcome, text] of cases) {
  Deno.test(`the outcome of ${what}: ${text}`, () => {
    const event = outcomeText("readiness", outcome);
    assert.equal(event && `${event.reason}: ${event.message}`, text);
  });
}

Deno.test("10 KiB of a command's output are shown, and no half of a character", () => {
  const stdout = `x${"ä".repeat(10_000)}`;
  const outcome = execOutcome({ ...ended, exitCode: 1, stdout }, exec);
  assert.ok(outcome.kind === "Failure");
  assert.equal(outcome.message, `x${"ä".repeat(5_119)}`);
});
