/** Durations as Go reads and writes them. */
import { deepEqual, equal } from "node:assert/strict";
import { formatDuration, parseDuration } from "./duration.ts";

const good: readonly (readonly [text: string, ms: number])[] = [
  ["0", 0],
  ["0s", 0],
  ["-0", 0],
  ["5s", 5_000],
  ["1m30s", 90_000],
  ["1h15m30.918s", 4_530_918],
  ["100ms", 100],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["5.s", 5_000],
  ["+5s", 5_000],
  ["-1.5m", -90_000],
  ["10us", 0.01],
  ["10µs", 0.01],
  ["10μs", 0.01],
  ["1s1s", 2_000],
];
for (const [text, ms] of good) {
  Deno.test(`the duration ${text} is ${ms} ms`, () => {
    deepEqual(parseDuration(text), { ok: true, value: ms });
  });
}

const bad: readonly (readonly [text: string, error: RegExp])[] = [
  ["", /not a duration/],
  ["5", /has no unit, write it as "5s"/],
  ["1.5", /has no unit/],
  ["s", /not a duration/],
  ["1d", /not a duration.*units: ns, us, ms, s, m, h/],
  ["1 m", /not a duration/],
  ["1m ", /not a duration/],
  ["1..5s", /not a duration/],
  ["--1s", /not a duration/],
  ["3000000h", /longer than 292 years/],
];
for (const [text, error] of bad) {
  Deno.test(`"${text}" is no duration`, () => {
    const result = parseDuration(text);
    equal(!result.ok && error.test(result.error), true);
  });
}

const formatted: readonly (readonly [ms: number, text: string])[] = [
  [0, "0s"],
  [0.000_001, "1ns"],
  [0.0015, "1.5µs"],
  [250, "250ms"],
  [1_500, "1.5s"],
  [60_000, "1m0s"],
  [90_000, "1m30s"],
  [3_600_000, "1h0m0s"],
  [14_400_000, "4h0m0s"],
  [-90_000, "-1m30s"],
];
for (const [ms, text] of formatted) {
  Deno.test(`${ms} ms are written ${text}`, () => equal(formatDuration(ms), text));
}
