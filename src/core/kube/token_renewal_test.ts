/** When tokens are asked for anew and stored. */
import assert from "node:assert/strict";
import { minute, second } from "../instant.ts";
import { isWorthStoring, renewalAgeMs, restoredDue, retryDelayMs } from "./token_renewal.ts";

const hour = 60 * minute;
const day = 24 * hour;

for (
  const [lifeMs, fraction, age] of [
    [hour, 0, 48 * minute],
    [hour, 1, 48 * minute - 10 * second],
    [365 * day, 0, day],
  ] as const
) {
  Deno.test(`a token for ${lifeMs / hour} h is renewed after ${age / minute} min`, () => {
    assert.equal(renewalAgeMs({ lifeMs, fraction }), age);
  });
}

const issuedAt = Date.UTC(2026, 0, 1);
const year = { issuedAt, expiresAt: issuedAt + 365 * day };
const restored = [
  {
    what: "that is young is due at its age",
    times: year,
    now: issuedAt + 10 * minute,
    due: { wall: issuedAt + 48 * minute - 5 * second, monotonic: 1_000 + day },
  },
  {
    what: "that is due is asked for soon, not all at once",
    times: year,
    now: issuedAt + 10 * day,
    due: { wall: Infinity, monotonic: 1_000 + minute / 2 },
  },
  {
    what: "of the future is asked for soon: the clock is wrong",
    times: year,
    now: 0,
    due: { wall: Infinity, monotonic: 1_000 + minute / 2 },
  },
  {
    what: "of an unknown age is asked for soon",
    times: { ...year, issuedAt: null },
    now: issuedAt,
    due: { wall: Infinity, monotonic: 1_000 + minute / 2 },
  },
  {
    what: "that has expired is asked for now",
    times: year,
    now: issuedAt + 366 * day,
    due: { wall: -Infinity, monotonic: 1_000 },
  },
  {
    what: "that the server gave for less time is due earlier",
    times: { issuedAt, expiresAt: issuedAt + 30 * minute },
    now: issuedAt,
    due: { wall: issuedAt + 24 * minute - 5 * second, monotonic: 1_000 + day },
  },
];
for (const { what, times, now, due } of restored) {
  Deno.test(`a restored token ${what}`, () => {
    const given = { times, wishedMs: hour, now, monotonic: 1_000, fraction: 0.5 };
    assert.deepEqual(restoredDue(given), due);
  });
}

const retries = [
  { failures: 1, leftMs: day, ms: minute },
  { failures: 2, leftMs: day, ms: 2 * minute },
  { failures: 5, leftMs: day, ms: 10 * minute },
  { failures: 5_000, leftMs: day, ms: 10 * minute },
  { failures: 5, leftMs: 10 * minute, ms: minute + 15 * second },
  { failures: 5, leftMs: -day, ms: minute + 15 * second },
];
for (const { failures, leftMs, ms } of retries) {
  Deno.test(`after ${failures} failures with ${leftMs / minute} min left it takes ${ms / minute} min`, () => {
    assert.equal(retryDelayMs({ failures, leftMs, fraction: 0.5 }), ms);
  });
}

const stores = [
  { what: "the first one", storedUntil: null, lifeMs: hour, worth: true },
  { what: "one for an hour after 48 minutes", storedUntil: 12 * minute, lifeMs: hour, worth: true },
  { what: "one for a year after a day", storedUntil: 364 * day, lifeMs: 365 * day, worth: false },
  { what: "one for a year after 40 days", storedUntil: 325 * day, lifeMs: 365 * day, worth: true },
  { what: "one that lives for less", storedUntil: day, lifeMs: hour, worth: false },
];
for (const { what, storedUntil, lifeMs, worth } of stores) {
  Deno.test(`${what} is ${worth ? "" : "not "}stored`, () => {
    const stored = storedUntil === null ? null : issuedAt + storedUntil;
    const times = { issuedAt, expiresAt: issuedAt + lifeMs };
    assert.equal(isWorthStoring({ storedUntil: stored, times }), worth);
  });
}

Deno.test("one of an unknown age is stored", () => {
  const times = { issuedAt: null, expiresAt: issuedAt };
  assert.ok(isWorthStoring({ storedUntil: issuedAt, times }));
});
