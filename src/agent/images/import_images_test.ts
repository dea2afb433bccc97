/** The import at start: each archive once, whatever goes wrong with the others. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeImageFolder } from "../../../tests/fakes/image_folder.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRuntime } from "../../../tests/fakes/runtime.ts";
import { Failed } from "../../ports/errors.ts";
import { importImageFolder } from "./import_images.ts";

function setUp(...names: readonly string[]) {
  const clock = fakeClock();
  const runtime = fakeRuntime({ clock });
  const log = fakeLog();
  const folder = fakeImageFolder();
  names.forEach((name) => folder.put(name));
  const stop = new AbortController();
  const deps = { folder, images: runtime.images, clock, log };
  const run = () => importImageFolder(deps, stop.signal);
  return { clock, runtime, log, folder, stop, deps, run };
}

Deno.test("every archive is imported once, and again only when it changed or its image is gone", async () => {
  const { runtime, run, folder, log } = setUp("a.tar", "b.tgz");
  runtime.images.archive("/images/a.tar", ["app:1"]);
  runtime.images.archive("/images/b.tgz", ["base:1", "base:2"]);
  await run();
  assert.deepEqual(runtime.story(), ["importArchive /images/a.tar", "importArchive /images/b.tgz"]);
  assert.equal(log.messages("info").length, 2);
  runtime.forgetCalls();

  await run();
  assert.deepEqual(runtime.story(), []);
  assert.equal(folder.saved.length, 1, "nothing changed, nothing is written");

  folder.put("a.tar", { modifiedAt: 2 });
  await runtime.images.remove("base:2");
  runtime.forgetCalls();
  await run();
  assert.deepEqual(runtime.story(), ["importArchive /images/a.tar", "importArchive /images/b.tgz"]);
  assert.deepEqual(log.messages("warn"), []);
});

Deno.test("a bad archive is one warning, is not remembered, and disturbs no other", async () => {
  const { runtime, run, folder, log } = setUp("bad.tar", "good.tar");
  runtime.images.archive("/images/good.tar", ["app:1"]);
  await run();
  assert.notEqual(await runtime.images.status("app:1"), null);
  assert.deepEqual(log.messages("warn"), ["Could not import an image archive"]);
  assert.deepEqual(folder.saved.at(-1)?.map(({ path }) => path), ["/images/good.tar"]);
});

Deno.test("a runtime that is away is waited for", async () => {
  const { clock, runtime, run, log } = setUp("a.tar");
  runtime.images.archive("/images/a.tar", ["app:1"]);
  runtime.goDown();
  const done = run();
  await clock.advance(10_000);
  runtime.comeBack();
  await clock.advance(2_000);
  await done;
  assert.notEqual(await runtime.images.status("app:1"), null);
  assert.deepEqual(log.messages("warn"), []);
});

Deno.test("a stop while waiting ends it without a word", async () => {
  const { clock, runtime, run, stop, folder, log } = setUp("a.tar");
  runtime.goDown();
  const done = run();
  await clock.settle();
  stop.abort();
  await done;
  assert.deepEqual([folder.saved, log.messages("warn"), clock.pendingTimers], [[], [], 0]);
});

Deno.test("a folder that cannot be read, or written, is one warning", async () => {
  const { runtime, deps, folder, log, stop } = setUp("a.tar");
  runtime.images.archive("/images/a.tar", ["app:1"]);
  const broken = () => Promise.reject(new Failed("/images: permission denied"));
  await importImageFolder({ ...deps, folder: { ...folder, archives: broken } }, stop.signal);
  await importImageFolder({ ...deps, folder: { ...folder, remember: broken } }, stop.signal);
  assert.deepEqual(log.messages("warn"), Array(2).fill("Could not import the image folder"));
  assert.notEqual(await runtime.images.status("app:1"), null);
});
