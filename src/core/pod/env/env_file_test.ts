/** Files of variables. */
import assert from "node:assert/strict";
import { envFileValue } from "./env_file.ts";

const text = `# what the init container found out

  A='1'
B='two words' # a remark
MANY='first
second
'
BLANK= 'x'
EMPTY=''
A='again'
`;

const values: readonly [key: string, value: string][] = [
  ["A", "1"],
  ["B", "two words"],
  ["MANY", "first\nsecond\n"],
  ["BLANK", ""],
  ["EMPTY", ""],
  ["NONE", ""],
];
for (const [key, value] of values) {
  Deno.test(`env file: ${key}`, () => {
    assert.deepEqual(envFileValue(text, key), { ok: true, value });
  });
}

const mistakes: readonly [text: string, error: string][] = [
  ["A", "line 1: missing '='"],
  ["\n='1'", "line 2: empty variable name"],
  ["A ='1'", "line 1: whitespace before '=' is not allowed"],
  ["A=1", "line 1: value must be enclosed in single quotes"],
  ["A='1' x", "line 1: unexpected content after closing quote"],
  ["# c\nA='1\n2", "line 2: unclosed single quote"],
];
for (const [text, error] of mistakes) {
  Deno.test(`env file: ${error}`, () => {
    assert.deepEqual(envFileValue(text, "Z"), { ok: false, error });
  });
}

Deno.test("what stands behind the key need not be right", () => {
  assert.deepEqual(envFileValue("A='1'\nnonsense", "A"), { ok: true, value: "1" });
});
