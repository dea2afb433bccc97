/** What is counted from the output of a test run. */
import assert from "node:assert/strict";
import { type Count, count, countLine, type Ending, failureReport, total } from "../run_count.ts";

const passing = "a test ... ok (2ms)\n\nok | 12 passed (3 steps) | 0 failed (22ms)\n";
const failing = "FAILURES\n\nFAILED | 11 passed (2 steps) | 2 failed (1 step) (22ms)\n";
const colored = "\n\x1b[0m\x1b[32mok\x1b[0m | 22 passed | 0 failed \x1b[38;5;245m(22ms)\x1b[0m\n";

const endings: readonly (readonly [name: string, Ending, Count])[] = [
  ["tests pass", { output: passing, success: true, isTest: true }, { passed: 12, failed: 0 }],
  ["tests fail", { output: failing, success: false, isTest: true }, { passed: 11, failed: 2 }],
  ["in colours", { output: colored, success: true, isTest: true }, { passed: 22, failed: 0 }],
  ["a crash after the summary", { output: passing, success: false, isTest: true }, {
    passed: 12,
    failed: 1,
  }],
  ["a crash before the summary", { output: "a test ...", success: false, isTest: true }, {
    passed: 0,
    failed: 1,
  }],
  ["no summary in spite of success", { output: "", success: true, isTest: true }, {
    passed: 0,
    failed: 1,
  }],
  ["a summary that a test printed", {
    output: `${failing}${passing}`,
    success: true,
    isTest: true,
  }, { passed: 12, failed: 0 }],
  ["a check passes", { output: failing, success: true, isTest: false }, { passed: 1, failed: 0 }],
  ["a check fails", { output: passing, success: false, isTest: false }, { passed: 0, failed: 1 }],
];

for (const [name, ending, expected] of endings) {
  Deno.test(`count: ${name}`, () => assert.deepEqual(count(ending), expected));
}

Deno.test("the last line adds everything up", () => {
  const counts = [{ passed: 12, failed: 0 }, { passed: 0, failed: 1 }, { passed: 1, failed: 2 }];
  assert.equal(countLine(total(counts)), "13 passed, 3 failed");
  assert.equal(countLine(total([])), "0 passed, 0 failed");
});

Deno.test("what failed is told once more", () => {
  const errors = "\n\x1b[0m ERRORS \n\nit works => ./a_test.ts:1:6\nerror: not so\n\n FAILURES \n";
  assert.equal(
    failureReport(`it works ... FAILED\n${errors}\n${failing}`),
    `ERRORS \n\nit works => ./a_test.ts:1:6\nerror: not so\n\n FAILURES \n\n${failing}`.trim(),
  );
  assert.equal(failureReport(passing), "");
  assert.equal(failureReport(` ERRORS \n${"x".repeat(10_000)}`).length, 6000);
});
