/** Labels and annotations as a file shows them. */
import assert from "node:assert/strict";
import { pod } from "../../../../tests/fakes/pods.ts";
import { metadataField } from "./field_ref.ts";

const labelled = pod("web").labels({
  zone: "b",
  app: 'a "b"\n\ttab\\',
  umlaut: "äö€",
  odd: "\u0001\u00a0",
})
  .annotations({}).build();

Deno.test("all labels are sorted lines with the values quoted as Go does", () => {
  assert.deepEqual(metadataField(labelled, "metadata.labels"), {
    ok: true,
    value: [
      'app="a \\"b\\"\\n\\ttab\\\\"',
      'odd="\\x01\\u00a0"',
      'umlaut="äö€"',
      'zone="b"',
    ].join("\n"),
  });
  assert.deepEqual(metadataField(labelled, "metadata.annotations"), { ok: true, value: "" });
});

Deno.test("one label is its bare value", () => {
  assert.deepEqual(metadataField(labelled, "metadata.labels['zone']"), { ok: true, value: "b" });
  assert.deepEqual(metadataField(labelled, "metadata.labels['toString']"), { ok: true, value: "" });
});

Deno.test("a subscript that makes no sense is told", () => {
  assert.deepEqual(metadataField(labelled, "metadata.name['x']"), {
    ok: false,
    error: `fieldPath "metadata.name['x']" does not support subscript`,
  });
});
