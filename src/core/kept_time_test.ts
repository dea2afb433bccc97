/** Which times are kept. */
import { equal } from "node:assert/strict";
import { isWorthKeeping, parseKeptTime } from "./kept_time.ts";

const unset = { isSynchronised: false };

Deno.test("times of a clock that nobody has set are kept while they are likely", () => {
  equal(isWorthKeeping(Date.UTC(2026, 5, 1), unset), true);
  equal(isWorthKeeping(0, unset), false);
  equal(isWorthKeeping(Date.UTC(2100, 0, 1), unset), false);
  equal(isWorthKeeping(Date.UTC(2100, 0, 1), { isSynchronised: true }), true);
});

Deno.test("what is no time is none", () => {
  equal(parseKeptTime("1767225600000"), 1_767_225_600_000);
  for (const text of [undefined, "", "yesterday", "-1", "1e9", "1234567890123456"]) {
    equal(parseKeptTime(text), null, `${text}`);
  }
});
