import assert from "node:assert/strict";
import { Conflict } from "../../ports/errors.ts";
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
