/** The end of a log as a termination message. */
import assert from "node:assert/strict";
import { lastLogText } from "./last_text.ts";

const line = (text: string, tag = "F"): string => `2026-01-02T03:04:05.5Z stderr ${tag} ${text}\n`;
const limits = { maxBytes: 2_048, maxLines: 80 };

Deno.test("the last text of a log is what its lines say", () => {
  const log = `cut off\n${line("panic: a")}${line("goroutine ", "P")}${line("1")}`;
  assert.equal(lastLogText(log, limits), "panic: a\ngoroutine 1\n");
});

Deno.test("only the last lines are given", () => {
  const log = Array.from({ length: 9 }, (_, index) => line(`${index}`)).join("");
  assert.equal(lastLogText(log, { ...limits, maxLines: 2 }), "7\n8\n");
});

Deno.test("only the last bytes are given, and no half a character", () => {
  assert.equal(lastLogText(line("aääb"), { ...limits, maxBytes: 5 }), "äb\n");
});

Deno.test("a line without an end is the last one", () => {
  assert.equal(lastLogText(line("a") + line("b").trimEnd(), { ...limits, maxLines: 1 }), "b\n");
});

for (const log of ["", "junk", "\0\0\n"]) {
  Deno.test(`nothing was said in ${JSON.stringify(log)}`, () => {
    assert.equal(lastLogText(log, limits), "");
  });
}
