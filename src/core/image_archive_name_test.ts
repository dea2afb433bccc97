/** Which file names are those of image archives. */
import assert from "node:assert/strict";
import { isImageArchive } from "./image_archive_name.ts";

for (
  const [name, expected] of [
    ["app.tar", true],
    ["app.tar.gz", true],
    ["app.tgz", true],
    ["app.tar.zst", true],
    ["app.tzst", true],
    ["app.tar.bz2", true],
    ["app.tar.part", false],
    [".app.tar", false],
    ["notes.txt", false],
    ["tar", false],
    [".cache.json", false],
  ] as const
) {
  Deno.test(`${name} is ${expected ? "an" : "no"} image archive`, () => {
    assert.equal(isImageArchive(name), expected);
  });
}
