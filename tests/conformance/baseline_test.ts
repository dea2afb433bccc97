/** A baseline counts as long as nothing has changed that decides what the kubelet passes. */
import assert from "node:assert/strict";
import { baselineDigest } from "./baseline.ts";

const read = (path: string) => Deno.readFile(new URL(`../${path}`, import.meta.url));
const empty = new Uint8Array();

Deno.test("the baseline's key stays the same, and is another one for each source that changes", async () => {
  const paths: string[] = [];
  const before = await baselineDigest((path) => {
    paths.push(path);
    return read(path);
  });
  assert.equal(await baselineDigest(read), before);
  const digests = await Promise.all(
    paths.map((changed) =>
      baselineDigest((path) => path === changed ? Promise.resolve(empty) : read(path))
    ),
  );
  assert.equal(new Set([before, ...digests]).size, paths.length + 1);
});
