/** What ctr's output and its errors are taken to mean. */
import assert from "node:assert/strict";
import { Failed, Invalid, Unavailable } from "../../ports/errors.ts";
import { importedNames, importError } from "./import_archive.ts";

Deno.test("names are read from what ctr prints, before 2.0 and after", () => {
  const before = "unpacking skerry.test/a:1 (sha256:bf1f)...done\n" +
    "unpacking skerry.test/b:1 (sha256:0d78)...done\n";
  assert.deepEqual(importedNames(before), ["skerry.test/a:1", "skerry.test/b:1"]);
  const after = "skerry.test/a:1                   \tsaved\t\n" +
    "application/vnd.oci.image.manifest.v1+json sha256:bf1f\n" +
    "Importing\telapsed: 0.1 s\ttotal:   0.0 B\t(0.0 B/s)\n";
  assert.deepEqual(importedNames(after), ["skerry.test/a:1"]);
  assert.deepEqual(importedNames(""), []);
});

const path = "/images/a.tar";
const failures = [
  ["ctr: unrecognized image format\n", null, Invalid, `${path}: unrecognized image format`],
  ["some warning\nctr: unexpected EOF\n", null, Invalid, `${path}: unexpected EOF`],
  [
    "ctr: unexpected EOF\n",
    "unexpected end of file",
    Invalid,
    "unexpected end of file: unexpected",
  ],
  ["ctr: unexpected EOF\n", "Broken pipe (os error 32)", Invalid, `${path}: unexpected EOF`],
  ['ctr: failed to dial "/x.sock": context deadline exceeded', null, Unavailable, "failed to dial"],
  ["ctr: write /x: no space left on device", null, Failed, "no space left on device"],
] as const;

for (const [said, fed, Class, message] of failures) {
  Deno.test(`"${said.trim().slice(-40)}" (${fed}) is ${Class.name}`, () => {
    const error = importError({ path, said, fed });
    assert.equal(error.constructor, Class);
    assert.ok(error.message.includes(message), error.message);
    assert.ok(!error.message.includes("\n"));
  });
}
