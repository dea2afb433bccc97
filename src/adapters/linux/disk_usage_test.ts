/** Trees on the real disk are measured, also while they change. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { filesUse, treeUse } from "./disk_usage.ts";

Deno.test("a tree is measured with all that is below it; where nothing is, there is nothing", async () => {
  using folder = temporaryFolder();
  Deno.mkdirSync(`${folder.path}/a`);
  Deno.writeTextFileSync(`${folder.path}/a/file`, "x".repeat(10_000));
  const use = await treeUse(folder.path);
  assert.equal(use?.inodesUsed, 3);
  assert.ok(use.usedBytes >= 10_000);
  assert.equal(await treeUse(`${folder.path}/none`), null);
});

Deno.test("a folder that is a file by the time it is looked into is gone", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/file`;
  Deno.writeTextFileSync(path, "");
  assert.deepEqual(await filesUse(path), { usedBytes: 0, inodesUsed: 0 });
  assert.equal(await treeUse(`${path}/below`), null);
});
