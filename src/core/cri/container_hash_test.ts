/** Container hashes; the first is one that the kubelet's own tests hold fast. */
import assert from "node:assert/strict";
import { containerHash } from "./container_hash.ts";

Deno.test("the hash is the kubelet's, of name and image only", () => {
  const container = { name: "test_container", image: "foo/image:v1" };
  assert.equal(containerHash(container), "8e45cbd0");
  const more = { ...container, args: ["/bin/sh"], ports: [{ containerPort: 8001 }] };
  assert.equal(containerHash(more), "8e45cbd0");
});

Deno.test("another name or image gives another hash", () => {
  const hashes = [
    { name: "a", image: "busybox:1" },
    { name: "b", image: "busybox:1" },
    { name: "a", image: "busybox:2" },
    { name: "a" },
    { name: "a", image: "ü<&>" },
  ].map(containerHash);
  assert.equal(new Set(hashes).size, hashes.length);
  for (const hash of hashes) assert.match(hash, /^[0-9a-f]{1,8}$/);
});
