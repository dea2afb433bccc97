import assert from "node:assert/strict";
import { focusPattern } from "./suite.ts";

const SPEC = "[sig-node] Probing container should restart [NodeConformance] [Conformance]";
const TAGGED_BEFORE = "[NodeConformance] Probing container should restart";
const OTHER = "[sig-node] Probing container should restart [Slow]";

Deno.test("a focus narrows the suite to specs of its name that have its tag, wherever the tag stands", () => {
  const meets = (focus: string | undefined, name: string) =>
    new RegExp(focusPattern(focus)).test(name);
  assert.equal(meets(undefined, SPEC), true);
  assert.equal(meets(undefined, OTHER), false);
  assert.equal(meets("Probing", SPEC), true);
  assert.equal(meets("Probing", TAGGED_BEFORE), true);
  assert.equal(meets("Probing|Other", SPEC), true);
  assert.equal(meets("Volumes", SPEC), false);
  assert.equal(meets("Probing|Other", OTHER), false);
});
