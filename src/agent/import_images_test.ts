import assert from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { fakeLog } from "../../tests/fakes/log.ts";
import { fakeRuntime } from "../../tests/fakes/runtime.ts";
import { Failed } from "../ports/errors.ts";
import type { ArchiveFile, ImageFolder, ImportedArchive } from "../ports/image_folder.ts";
import { importImageFolder } from "./import_images.ts";

function file(name: string, modifiedAt = 1): ArchiveFile {
  return { path: `/images/${name}`, sizeBytes: 10, modifiedAt };
}

function setUp(...files: ArchiveFile[]) {
  const clock = fakeClock();
  const runtime = fakeRuntime({ clock });
  const log = fakeLog();
  const saved: (readonly ImportedArchive[])[] = [];
  const folder: ImageFolder = {
    path: "/images",
    archives: () => Promise.resolve(files),
    imported: () => Promise.resolve(saved.at(-1) ?? []),
    remember: (archives) => Promise.resolve(void saved.push(archives)),
  };
  const stop = new AbortController();
  const deps = { folder, images: runtime.images, clock, log };
  const run = () => importImageFolder(deps, stop.signal);
  return { clock, runtime, log, saved, files, folder, stop, deps, run };
}

Deno.test("every archive is imported once, and again only when it changed or its image is gone", async () => {
  const { runtime, run, files, saved, log } = setUp(file("a.tar"), file("b.tgz"));
  runtime.images.archive("/images/a.tar", ["app:1"]);
  runtime.images.archive("/images/b.tgz", ["base:1", "base:2"]);
  await run();
  assert.deepEqual(runtime.story(), ["importArchive /images/a.tar", "importArchive /images/b.tgz"]);
  assert.equal(log.messages("info").length, 2);
  runtime.forgetCalls();

  await run();
  assert.deepEqual(runtime.story(), []);
  assert.equal(saved.length, 1, "nothing changed, nothing is written");

  files[0] = file("a.tar", 2);
  await runtime.images.remove("base:2");
  runtime.forgetCalls();
  await run();
  assert.deepEqual(runtime.story(), ["importArchive /images/a.tar", "importArchive /images/b.tgz"]);
  assert.deepEqual(log.messages("warn"), []);
});

Deno.test("a bad archive is one warning, is not remembered, and disturbs no other", async () => {
  const { runtime, run, saved, log } = setUp(file("bad.tar"), file("good.tar"));
  runtime.images.archive("/images/good.tar", ["app:1"]);
  await run();
  assert.notEqual(await runtime.images.status("app:1"), null);
  assert.deepEqual(log.messages("warn"), ["Could not import an image archive"]);
  assert.deepEqual(saved.at(-1)?.map(({ path }) => path), ["/images/good.tar"]);
});

Deno.test("a runtime that is away is waited for", async () => {
  const { clock, runtime, run, log } = setUp(file("a.tar"));
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
  const { clock, runtime, run, stop, saved, log } = setUp(file("a.tar"));
  runtime.goDown();
  const done = run();
  await clock.settle();
  stop.abort();
  await done;
  assert.deepEqual([saved, log.messages("warn"), clock.pendingTimers], [[], [], 0]);
});

Deno.test("a folder that cannot be read, or written, is one warning", async () => {
  const { runtime, deps, folder, log, stop } = setUp(file("a.tar"));
  runtime.images.archive("/images/a.tar", ["app:1"]);
  const broken = () => Promise.reject(new Failed("/images: permission denied"));
  await importImageFolder({ ...deps, folder: { ...folder, archives: broken } }, stop.signal);
  await importImageFolder({ ...deps, folder: { ...folder, remember: broken } }, stop.signal);
  assert.deepEqual(log.messages("warn"), Array(2).fill("Could not import the image folder"));
  assert.notEqual(await runtime.images.status("app:1"), null);
});
