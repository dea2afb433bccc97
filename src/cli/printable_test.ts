/** Text from elsewhere cannot steer the terminal. */
import { equal } from "node:assert/strict";
import { printable, printableLines } from "./printable.ts";

const cases: readonly (readonly [text: string, shown: string])[] = [
  ["plain text, ümläut, 日本", "plain text, ümläut, 日本"],
  ["\x1b]0;title\x07", "\\x1b]0;title\\x07"],
  ["a\tb\r\nc", "a\\tb\\r\\nc"],
  ["\x7f\x9b31m", "\\x7f\\x9b31m"],
  ["user\u202egnp.exe", "user\\u202egnp.exe"],
  ["\u2066x\u2069\u2028", "\\u2066x\\u2069\\u2028"],
];

for (const [text, shown] of cases) {
  Deno.test(`shown safely: ${shown}`, () => equal(printable(text), shown));
}

Deno.test("lines may be kept", () => equal(printableLines("a\n\x1bb\n"), "a\n\\x1bb\n"));
