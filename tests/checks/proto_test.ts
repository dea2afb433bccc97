/** The generated codecs belong to the wire definitions that are there. */
import assert from "node:assert/strict";
import { protoHash } from "../../proto/hash.ts";

Deno.test("the CRI codecs are those of proto/", async () => {
  const root = new URL("../..", import.meta.url).pathname;
  const recorded = await Deno.readTextFile(`${root}src/adapters/cri/gen/proto.sha256`);
  const now = await protoHash(`${root}proto`);
  assert.equal(recorded.trim(), now, "run `deno task proto` and check the result in");
});
