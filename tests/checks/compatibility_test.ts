/** The page that tells which fields are supported is the one that the code gives. */
import assert from "node:assert/strict";
import { compatibilityTable } from "../../docs/generate.ts";

Deno.test("docs/compatibility.md is current; `deno task docs` makes it so", async () => {
  const page = new URL("../../docs/compatibility.md", import.meta.url);
  assert.equal(await Deno.readTextFile(page), compatibilityTable());
});
