/** How the findings of `skerry check` look. */
import { equal } from "node:assert/strict";
import { checkTable } from "./check_table.ts";

const swap = {
  name: "swap",
  verdict: "error",
  detail: "on\x1b[2J",
  fix: "turn it off",
} as const;
const clock = { name: "clock", verdict: "ok", detail: "2026-01-01T00:00:00Z" } as const;

Deno.test("findings are a table, and what to do follows it", () => {
  equal(
    checkTable([clock, swap], { colors: false }),
    "CHECK   RESULT   DETAIL\n" +
      "clock   ok       2026-01-01T00:00:00Z\n" +
      "swap    error    on\\x1b[2J\n" +
      "\nWhat to do:\n  swap: turn it off\n",
  );
});

Deno.test("where all is well there is only the table, in colours on a terminal", () => {
  equal(
    checkTable([clock], { colors: true }),
    "CHECK   RESULT   DETAIL\nclock   \x1b[32mok\x1b[39m       2026-01-01T00:00:00Z\n",
  );
});
