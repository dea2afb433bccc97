/** Directories of a real folder: what is inside is listed, and nothing else, whatever becomes of them. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { Failed } from "../../ports/errors.ts";
import { SystemError } from "./errno.ts";
import { listInside } from "./list_inside.ts";

Deno.test("what is in a directory is listed by name; a symlink is no directory", async () => {
  using folder = temporaryFolder();
  Deno.mkdirSync(`${folder.path}/log/pods`, { recursive: true });
  Deno.writeTextFileSync(`${folder.path}/log/kern`, "");
  Deno.symlinkSync("pods", `${folder.path}/log/link`);
  assert.deepEqual(await listInside({ base: folder.path, path: `${folder.path}/log` }), [
    { name: "kern", isDirectory: false },
    { name: "link", isDirectory: false },
    { name: "pods", isDirectory: true },
  ]);
});

Deno.test("a directory that has become a symlink since it was looked up is not listed", async () => {
  using folder = temporaryFolder();
  const base = `${folder.path}/log`;
  Deno.mkdirSync(`${base}/a`, { recursive: true });
  Deno.mkdirSync(`${folder.path}/secret/b`, { recursive: true });
  Deno.removeSync(`${base}/a`);
  Deno.symlinkSync(`${folder.path}/secret`, `${base}/a`);
  for (const path of [`${base}/a`, `${base}/a/b`]) {
    await assert.rejects(listInside({ base, path }), Failed);
  }
  Deno.writeTextFileSync(`${base}/file`, "");
  await assert.rejects(listInside({ base, path: `${base}/file` }), SystemError);
});
