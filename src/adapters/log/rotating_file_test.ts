/** A file of lines does not outgrow its size, and nobody else reads it. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { rotatingFile } from "./rotating_file.ts";

Deno.test("the newest lines are kept in two files of the given size", () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/log/security.log`;
  const write = rotatingFile({ path, maxBytes: 25 });
  for (let i = 0; i < 10; i++) write(`line ${i} ....\n`);
  assert.equal(Deno.readTextFileSync(path), "line 8 ....\nline 9 ....\n");
  assert.equal(Deno.readTextFileSync(`${path}.1`), "line 6 ....\nline 7 ....\n");
  assert.equal([...Deno.readDirSync(`${folder.path}/log`)].length, 2);
  for (const each of [path, `${path}.1`]) {
    assert.equal((Deno.statSync(each).mode ?? 0) & 0o777, 0o600);
  }
});

Deno.test("a line longer than the file may be is written whole", () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/security.log`;
  const write = rotatingFile({ path, maxBytes: 4 });
  write("longer\n");
  write("longest\n");
  assert.equal(Deno.readTextFileSync(path), "longest\n");
  assert.equal(Deno.readTextFileSync(`${path}.1`), "longer\n");
});

Deno.test("a file that is taken away while the agent runs is begun anew", () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/security.log`;
  const write = rotatingFile({ path, maxBytes: 100 });
  write("one\n");
  Deno.removeSync(path);
  write("two\n");
  assert.equal(Deno.readTextFileSync(path), "two\n");
});

Deno.test("what cannot be written is an error", () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/file`, "");
  const write = rotatingFile({ path: `${folder.path}/file/security.log`, maxBytes: 100 });
  assert.throws(() => write("one\n"));
});
