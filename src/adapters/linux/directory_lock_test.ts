/** The lock on a real directory. */
import assert from "node:assert/strict";
import { Conflict, Failed } from "../../ports/errors.ts";
import { lockDirectory } from "./directory_lock.ts";

Deno.test("a directory has one holder at a time", async () => {
  const path = await Deno.makeTempDir();
  try {
    {
      using _held = await lockDirectory(path);
      await assert.rejects(
        lockDirectory(path),
        new Conflict(
          `another agent works in ${path}; stop it first, or choose another directory with rootDir`,
        ),
      );
    }
    using _again = await lockDirectory(path);
    assert.deepEqual([...Deno.readDirSync(path)], []);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a directory is made if it is not there; what cannot be one is Failed", async () => {
  const path = await Deno.makeTempDir();
  try {
    {
      using _held = await lockDirectory(`${path}/new/root`);
      assert.equal((await Deno.stat(`${path}/new/root`)).mode! & 0o777, 0o700);
    }
    await Deno.writeTextFile(`${path}/file`, "");
    await assert.rejects(lockDirectory(`${path}/file`), (error: Error) => {
      assert.ok(error instanceof Failed);
      assert.match(error.message, /^rootDir \/.*\/file cannot be used: File exists/);
      return true;
    });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
