/** The label of each size of image, at its borders. */
import assert from "node:assert/strict";
import { imageSizeLabel } from "./image_size.ts";

const mebibyte = 1024 ** 2;

for (
  const [bytes, label] of [
    [0, "N/A"],
    [1, "0-10MB"],
    [10 * mebibyte, "0-10MB"],
    [10 * mebibyte + 1, "10MB-100MB"],
    [600 * mebibyte, "500MB-1GB"],
    [2 * 1024 * mebibyte, "1GB-5GB"],
    [200 * 1024 * mebibyte, "GT100GB"],
  ] as const
) {
  Deno.test(`an image of ${bytes} bytes counts as ${label}`, () => {
    assert.equal(imageSizeLabel(bytes), label);
  });
}
