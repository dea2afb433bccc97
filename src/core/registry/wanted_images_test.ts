/** Names of images, short and long. */
import assert from "node:assert/strict";
import { imagesNamed, isPauseImage } from "./wanted_images.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const busybox = {
  id: `sha256:${"01".repeat(32)}`,
  tags: ["docker.io/library/busybox:latest"],
  digests: [`docker.io/library/busybox@${digest}`],
  sizeBytes: 1,
  username: "",
  pinned: false,
};

for (
  const name of [
    "busybox",
    "library/busybox",
    "docker.io/busybox:latest",
    `busybox@${digest}`,
    `busybox:other@${digest}`,
    busybox.id,
  ]
) {
  Deno.test(`${name} means busybox`, () => assert.ok(imagesNamed(["a", name])(busybox)));
}

for (const name of ["busybox:1", "example/busybox", "quay.io/library/busybox", "", "Busybox"]) {
  Deno.test(`${name || "nothing"} does not mean busybox`, () => {
    assert.ok(!imagesNamed([name])(busybox));
  });
}

Deno.test("the image of sandboxes goes by its name", () => {
  const pause = { ...busybox, tags: ["registry.k8s.io/pause:3.10"], digests: [] };
  assert.ok(isPauseImage(pause));
  assert.ok(!isPauseImage({ ...pause, tags: ["example/unpause:1", "example/pause/app:1"] }));
});
