/** The folder of image archives on a real disk. */
import assert from "node:assert/strict";
import { Failed } from "../../ports/errors.ts";
import { imageFolder } from "./image_folder.ts";

async function withFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("archives are the files with an archive's name, links to files too", () =>
  withFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/b.tar`, "12345");
    await Deno.writeTextFile(`${dir}/notes.txt`, "");
    await Deno.mkdir(`${dir}/folder.tar`);
    await Deno.symlink("b.tar", `${dir}/a.tgz`);
    await Deno.symlink("nowhere", `${dir}/c.tar`);
    const found = await imageFolder(dir).archives();
    assert.deepEqual(found.map(({ path }) => path), [`${dir}/a.tgz`, `${dir}/b.tar`]);
    assert.equal(found[0]?.sizeBytes, 5);
    assert.ok((found[0]?.modifiedAt ?? 0) > 0);
  }));

Deno.test("a loop of links does not hide the other archives", () =>
  withFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/b.tar`, "12345");
    await Deno.symlink("a.tar", `${dir}/a.tar`);
    const found = await imageFolder(dir).archives();
    assert.deepEqual(found.map(({ path }) => path), [`${dir}/a.tar`, `${dir}/b.tar`]);
  }));

Deno.test("a folder that is not there has no archives and remembers nothing", async () => {
  const folder = imageFolder("/nonexistent/images");
  assert.deepEqual(await folder.archives(), []);
  assert.deepEqual(await folder.imported(), []);
  await assert.rejects(folder.remember([]), Failed);
});

Deno.test("what was imported is remembered, and a damaged memory is none", () =>
  withFolder(async (dir) => {
    const folder = imageFolder(dir);
    const record = { path: `${dir}/a.tar`, sizeBytes: 1, modifiedAt: 2, names: ["a:1"] };
    await folder.remember([record]);
    assert.deepEqual(await folder.imported(), [record]);
    assert.deepEqual(await folder.archives(), []);
    await Deno.writeTextFile(`${dir}/.cache.json`, '{"not": "ours"}');
    assert.deepEqual(await folder.imported(), []);
    await Deno.writeTextFile(`${dir}/.cache.json`, "[{");
    assert.deepEqual(await folder.imported(), []);
  }));
