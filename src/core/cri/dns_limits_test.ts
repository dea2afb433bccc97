/** What resolvers can take. */
import assert from "node:assert/strict";
import { withinLimits } from "./dns_limits.ts";

const numbered = (count: number, name: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => name(index));

function searches(
  given: readonly string[],
): { kept: readonly string[]; warned: readonly string[] } {
  const { config, warnings } = withinLimits({ servers: [], searches: given, options: [] });
  return { kept: config.searches, warned: warnings.map(({ message }) => message) };
}

const warning = (kept: readonly string[]): string =>
  "Search Line limits were exceeded, some search paths have been omitted, " +
  `the applied search line is: ${kept.join(" ")}`;

const short = numbered(40, (index) => `s${index}`);
const long = numbered(9, (index) => `${index}`.repeat(249));
const tooLong = "x".repeat(254);

const cases = [
  { title: "32 search paths fit", given: short.slice(0, 32), kept: short.slice(0, 32) },
  { title: "the 33rd is left out", given: short, kept: short.slice(0, 32) },
  { title: "253 characters fit", given: ["x".repeat(253)], kept: ["x".repeat(253)] },
  { title: "a path of 254 is left out wherever it stands", given: [tooLong, "a"], kept: ["a"] },
  {
    title: "the first 32 are counted before long ones are left out",
    given: [tooLong, ...short],
    kept: short.slice(0, 31),
  },
  { title: "a line of 1999 characters fits", given: long.slice(0, 8), kept: long.slice(0, 8) },
  { title: "a line of 2249 is cut at its end", given: long, kept: long.slice(0, 8) },
  {
    title: "a line of just 2048 fits",
    given: [...long.slice(0, 8), "y".repeat(48)],
    kept: [...long.slice(0, 8), "y".repeat(48)],
  },
  {
    title: "one of 2049 does not",
    given: [...long.slice(0, 8), "y".repeat(49)],
    kept: long.slice(0, 8),
  },
];

for (const { title, given, kept } of cases) {
  Deno.test(title, () => {
    const warned = kept.length < given.length ? [warning(kept)] : [];
    assert.deepEqual(searches(given), { kept, warned });
  });
}

Deno.test("servers and searches are warned of apart", () => {
  const servers = numbered(4, (index) => `192.0.2.${index}`);
  const { config, warnings } = withinLimits({ servers, searches: short, options: ["a"] });
  assert.deepEqual(config, {
    servers: servers.slice(0, 3),
    searches: short.slice(0, 32),
    options: ["a"],
  });
  assert.deepEqual(warnings.map(({ reason }) => reason), ["DNSConfigForming", "DNSConfigForming"]);
});
