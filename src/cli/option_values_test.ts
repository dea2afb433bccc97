/** Which values options take. */
import { equal, throws } from "node:assert/strict";
import { InvalidArgumentError } from "commander";
import { positiveDuration, timeValue, wholeNumber } from "./option_values.ts";

const good: readonly (readonly [name: string, value: number, expected: number])[] = [
  ["a number", wholeNumber(0)("12"), 12],
  ["the least number", wholeNumber(-1)("-1"), -1],
  ["a duration", positiveDuration("1m30s"), 90_000],
  ["a time", timeValue("2026-01-01T00:00:00Z"), Date.UTC(2026, 0, 1)],
  [
    "a time with a fraction and an offset",
    timeValue("2026-01-01T01:00:00.5+01:00"),
    Date.UTC(2026, 0, 1) + 500,
  ],
];

for (const [name, value, expected] of good) {
  Deno.test(`an option's value is taken: ${name}`, () => equal(value, expected));
}

const bad: readonly (readonly [text: string, read: (text: string) => number])[] = [
  ["", wholeNumber(0)],
  ["-1", wholeNumber(0)],
  ["1.5", wholeNumber(0)],
  ["1e3", wholeNumber(0)],
  ["99999999999999999999", wholeNumber(0)],
  ["5", positiveDuration],
  ["0s", positiveDuration],
  ["-5m", positiveDuration],
  ["soon", positiveDuration],
  ["2026-01-01", timeValue],
  ["2026-13-01T00:00:00Z", timeValue],
  ["1", timeValue],
];

for (const [text, read] of bad) {
  Deno.test(`an option's value is refused: "${text}" (${read.name || "wholeNumber"})`, () => {
    throws(() => read(text), InvalidArgumentError);
  });
}
