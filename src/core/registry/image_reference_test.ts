/** How image references are read. */
import assert from "node:assert/strict";
import { type ImageReference, parseImageReference } from "./image_reference.ts";

const sha = `sha256:${"0123456789abcdef".repeat(4)}`;
const hub = (repository: string, more: Partial<ImageReference> = {}): ImageReference => ({
  registry: "docker.io",
  repository,
  ...more,
});

const good: readonly [text: string, expected: ImageReference][] = [
  ["busybox", hub("library/busybox")],
  ["busybox:1.36", hub("library/busybox", { tag: "1.36" })],
  ["docker.io/busybox", hub("library/busybox")],
  ["index.docker.io/library/busybox:1", hub("library/busybox", { tag: "1" })],
  ["some/app", hub("some/app")],
  ["a/b/c", hub("a/b/c")],
  ["localhost/app", { registry: "localhost", repository: "app" }],
  ["localhost:5000", hub("library/localhost", { tag: "5000" })],
  ["localhost:5000/app:1", { registry: "localhost:5000", repository: "app", tag: "1" }],
  ["Registry/app", { registry: "Registry", repository: "app" }],
  ["[2001:db8::1]:5000/app", { registry: "[2001:db8::1]:5000", repository: "app" }],
  ["a.example/x__y/a--b.c_d", { registry: "a.example", repository: "x__y/a--b.c_d" }],
  [`busybox@${sha}`, hub("library/busybox", { digest: sha })],
  [`a.example/app:v1@${sha}`, { registry: "a.example", repository: "app", tag: "v1", digest: sha }],
  [`app:${"t".repeat(128)}`, hub("library/app", { tag: "t".repeat(128) })],
];

for (const [text, expected] of good) {
  Deno.test(`image reference ${text}`, () => {
    assert.deepEqual(parseImageReference(text), { ok: true, value: expected });
  });
}

const bad: readonly [text: string, error: RegExp][] = [
  ["", /^invalid reference format$/],
  [":1", /invalid reference format/],
  ["busybox:", /invalid reference format/],
  ["busybox@", /invalid reference format/],
  ["busybox:a b", /invalid reference format/],
  [" busybox", /invalid reference format/],
  ["Busybox", /repository name \(library\/Busybox\) must be lowercase/],
  ["some/App:1", /must be lowercase/],
  ["http://a.example/app", /invalid reference format/],
  ["a.example//app", /invalid reference format/],
  ["a.example/app/", /invalid reference format/],
  ["-a.example/app", /invalid reference format/],
  ["a___b", /invalid reference format/],
  ["app:.1", /invalid reference format/],
  [`app:${"t".repeat(129)}`, /invalid reference format/],
  ["app@sha256:abc", /invalid reference format/],
  ["app@md5:0123456789abcdef0123456789abcdef", /invalid reference format/],
  [sha.slice(7), /64-byte hexadecimal/],
  ["a/".repeat(200) + "b", /must not be more than 255 characters/],
];

for (const [text, error] of bad) {
  Deno.test(`no image reference: ${JSON.stringify(text.slice(0, 40))}`, () => {
    const parsed = parseImageReference(text);
    assert.ok(!parsed.ok);
    assert.match(parsed.error, error);
  });
}

Deno.test("a reference of a million letters is refused in no time", () => {
  assert.equal(parseImageReference(`${"a-".repeat(500_000)}/x`).ok, false);
  assert.equal(parseImageReference(`${"a".repeat(1_000_000)}.`).ok, false);
});
