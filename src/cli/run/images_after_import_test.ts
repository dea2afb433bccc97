/** Images are not called missing while the import goes on. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeRuntime } from "../../../tests/fakes/runtime.ts";
import { imagesAfterImport } from "./images_after_import.ts";

Deno.test("an image that is missing is waited for until the import is over", async () => {
  const clock = fakeClock();
  const { images } = fakeRuntime({ clock });
  images.add("here:1");
  const { promise, resolve } = Promise.withResolvers<void>();
  const gated = imagesAfterImport(images, promise);
  assert.deepEqual((await gated.status("here:1"))?.tags, ["docker.io/library/here:1"]);
  let late: unknown = "waiting";
  const asked = gated.status("late:1").then((image) => late = image?.tags);
  await clock.settle();
  assert.equal(late, "waiting");
  images.add("late:1");
  resolve();
  await asked;
  assert.deepEqual(late, ["docker.io/library/late:1"]);
  assert.equal(await gated.status("never:1"), null);
});
