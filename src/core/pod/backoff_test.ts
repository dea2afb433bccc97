/** The crash back-off, told as the kubelet's documentation tells it. */
import assert from "node:assert/strict";
import { minute, second } from "../instant.ts";
import {
  decideReplacement,
  decideRestart,
  defaultBackoff,
  endShownUntil,
  isBackingOff,
  nextLook,
} from "./backoff.ts";
import type { CrashBackoff } from "./memory.ts";

/** Lets a container crash `times`, each run lasting `ranMs`; gives the pauses before each restart. */
function pauses(
  { times, ranMs, maxMs }: { times: number; ranMs: number; maxMs?: number },
): number[] {
  const policy = { ...defaultBackoff, maxMs: maxMs ?? defaultBackoff.maxMs };
  let crash: CrashBackoff | undefined;
  let now = 1_000_000;
  return Array.from({ length: times }, (_, attempt) => {
    const finishedAt = now += ranMs;
    let decision = decideRestart({ attempt, finishedAt }, crash, { now, policy });
    if (decision.kind === "Wait") {
      now = decision.until;
      decision = decideRestart({ attempt, finishedAt }, crash, { now, policy });
    }
    assert.equal(decision.kind, "Restart");
    if (decision.kind === "Restart") crash = decision.crash;
    return now - finishedAt;
  });
}

Deno.test("the first restart is at once, then 10 s doubling to 5 min", () => {
  const expected = [0, 10, 20, 40, 80, 160, 300, 300].map((s) => s * second);
  assert.deepEqual(pauses({ times: 8, ranMs: second }), expected);
});

Deno.test("a run longer than 10 min starts the back-off anew", () => {
  assert.deepEqual(pauses({ times: 4, ranMs: 10 * minute + second }), [0, 0, 0, 0]);
});

Deno.test("a run of less than 10 min counts on, though it outlasts its delay", () => {
  assert.deepEqual(pauses({ times: 4, ranMs: 9 * minute }), [0, 10_000, 20_000, 40_000]);
});

Deno.test("a configured maximum bounds the first delay too", () => {
  assert.deepEqual(pauses({ times: 4, ranMs: second, maxMs: 5 * second }), [
    0,
    5_000,
    5_000,
    5_000,
  ]);
});

Deno.test("a configured maximum changes nothing about what is forgotten when", () => {
  const short = { times: 3, maxMs: 20 * second };
  assert.deepEqual(pauses({ ...short, ranMs: 9 * minute }), [0, 10_000, 20_000]);
  assert.deepEqual(pauses({ ...short, ranMs: 10 * minute + second }), [0, 0, 0]);
});

Deno.test("a run that went with its machine starts at once, and counts as no crash", () => {
  const crash = { delayMs: 20_000, at: 5_000, attempt: 3 };
  const at = { now: 9_000, policy: defaultBackoff };
  const lost = { attempt: 4, finishedAt: 9_000, reason: "Unknown", exitCode: 255 };
  assert.deepEqual(decideRestart(lost, crash, at), { kind: "Restart", crash });
  assert.deepEqual(decideRestart(lost, undefined, at), { kind: "Restart", crash: undefined });
  const crashed = { ...lost, reason: "Error" };
  assert.equal(decideRestart(crashed, crash, at).kind, "Wait");
});

Deno.test("an exit that was answered already is not answered by a longer delay", () => {
  const crash = { delayMs: 20_000, at: 5_000, attempt: 3 };
  const decision = decideRestart({ attempt: 3, finishedAt: 4_000 }, crash, {
    now: 5_001,
    policy: defaultBackoff,
  });
  assert.deepEqual(decision, { kind: "Restart", crash });
});

Deno.test("a run that is ended because it failed a probe waits as its predecessor's end says", () => {
  const killed = { attempt: 4 };
  const crash = { delayMs: 20_000, at: 1_010_000, attempt: 3 };
  const decide = (now: number, more: Partial<Parameters<typeof decideReplacement>[1]> = {}) =>
    decideReplacement(killed, { before: { finishedAt: 1_000_000 }, crash, ...more }, {
      now,
      policy: defaultBackoff,
    });
  assert.deepEqual(decide(1_019_999), { kind: "Wait" });
  assert.deepEqual(decide(1_020_000), {
    kind: "Restart",
    crash: { delayMs: 40_000, at: 1_020_000, attempt: 4 },
  });
  const later = 1_010_000 + 10 * minute + 1;
  assert.deepEqual(decide(later), {
    kind: "Restart",
    crash: { delayMs: 10_000, at: later, attempt: 4 },
  });
  assert.deepEqual(decide(1_015_000, { crash: undefined }), {
    kind: "Restart",
    crash: { delayMs: 10_000, at: 1_015_000, attempt: 4 },
  });
  const first = decide(1_015_000, { before: undefined, crash: undefined });
  assert.deepEqual(first, { kind: "Restart", crash: undefined });
});

Deno.test("a clock that was set back ends the waiting, one that was set forward as well", () => {
  const crash = { delayMs: 20_000, at: 5_000_000, attempt: 2 };
  const failure = { reason: "ErrImagePull", message: "", at: 5_000_000, delayMs: 20_000 };
  const exited = { attempt: 3, finishedAt: 5_000_000 };
  const cases = [[4_000, false], [5_000_000, true], [5_019_999, true], [9_000_000, false]] as const;
  for (const [now, waits] of cases) {
    const { kind } = decideRestart(exited, crash, { now, policy: defaultBackoff });
    assert.equal(kind, waits ? "Wait" : "Restart", `crash at ${now}`);
    assert.equal(isBackingOff(failure, now), waits, `pull at ${now}`);
  }
});

Deno.test("a failed pull is looked at again when its reason changes, then at its retry", () => {
  const failure = { reason: "ErrImagePull", message: "", at: 1_000, delayMs: 10_000 };
  assert.equal(nextLook(failure, 1_000), 2_000);
  assert.equal(nextLook(failure, 2_000), 11_000);
});

Deno.test("the end of a run is shown for a second, unless the clock was set back", () => {
  const exited = { finishedAt: 5_000 };
  assert.equal(endShownUntil(exited, 5_000), 6_000);
  assert.equal(endShownUntil(exited, 5_999), 6_000);
  assert.equal(endShownUntil(exited, 6_000), undefined);
  assert.equal(endShownUntil(exited, 4_999), undefined);
});
