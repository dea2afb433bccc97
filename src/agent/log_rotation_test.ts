/** Log rotation on fakes: no log is lost when the runtime or the disk fails. */
import assert from "node:assert/strict";
import { fakeClock } from "../../tests/fakes/clock.ts";
import { fakeLog } from "../../tests/fakes/log.ts";
import { FakeLogFiles } from "../../tests/fakes/log_files.ts";
import { Unavailable } from "../ports/errors.ts";
import { rotateLogs, type RotateLogsDeps } from "./log_rotation.ts";

interface Setup extends RotateLogsDeps {
  readonly logFiles: FakeLogFiles;
  readonly log: ReturnType<typeof fakeLog>;
  /** The containers whose logs were reopened. */
  readonly reopened: readonly string[];
}

/** A runtime that opens `/PATH/0.log` anew, or does what it is told to instead. */
function setup(reopen?: (files: FakeLogFiles) => Promise<void>): Setup {
  const clock = fakeClock();
  const logFiles = new FakeLogFiles({ clock });
  const reopened: string[] = [];
  const reopenLog = (id: string): Promise<void> => {
    reopened.push(id);
    if (reopen !== undefined) return reopen(logFiles);
    return Promise.resolve(logFiles.append(`/${id}/0.log`, ""));
  };
  const policy = { maxBytes: 10, maxFiles: 3 };
  return { runtime: { reopenLog }, logFiles, clock, log: fakeLog(), policy, reopened };
}

const logOf = (id: string) => ({ containerId: id, path: `/${id}/0.log` });

Deno.test("a log below its limit is left alone", async () => {
  const world = setup();
  world.logFiles.append("/a/0.log", "012345678");
  await rotateLogs([logOf("a")], world);
  assert.deepEqual([world.logFiles.names(), world.reopened], [["/a/0.log"], []]);
});

Deno.test("a log that has reached its limit is moved away, and the runtime told", async () => {
  const world = setup();
  world.logFiles.append("/a/0.log", "0123456789");
  world.logFiles.append("/a/0.log.20250101-000000", "older");
  world.logFiles.append("/a/0.log.20240101-000000.gz", "oldest");
  await rotateLogs([logOf("a")], world);
  assert.deepEqual(world.logFiles.names(), [
    "/a/0.log",
    "/a/0.log.20250101-000000.gz",
    "/a/0.log.20260101-000000",
  ]);
  assert.deepEqual(world.reopened, ["a"]);
});

Deno.test("the file comes back when the runtime cannot open a new one, and others get their turn", async () => {
  const away = (): Promise<void> => Promise.reject(new Unavailable("away"));
  const world = setup(away);
  for (const id of ["a", "b"]) world.logFiles.append(`/${id}/0.log`, `much too much of ${id}`);
  await rotateLogs([logOf("a"), logOf("b")], world);
  assert.deepEqual(world.logFiles.names(), ["/a/0.log", "/b/0.log"]);
  assert.equal(world.logFiles.texts.get("/a/0.log"), "much too much of a");
  assert.deepEqual(world.reopened, ["a", "b"]);
  assert.equal(world.log.messages("warn").length, 2);
});

Deno.test("a new file that the runtime did open is kept though its answer was lost", async () => {
  const world = setup((files) => {
    files.append("/a/0.log", "new");
    return Promise.reject(new Unavailable("deadline exceeded"));
  });
  world.logFiles.append("/a/0.log", "much too much");
  await rotateLogs([logOf("a")], world);
  assert.equal(world.logFiles.texts.get("/a/0.log"), "new");
  assert.equal(world.logFiles.texts.get("/a/0.log.20260101-000000"), "much too much");
});

Deno.test("a log whose name an earlier agent took away is opened anew", async () => {
  const world = setup();
  await rotateLogs([logOf("a")], world);
  assert.deepEqual([world.reopened, world.logFiles.names()], [["a"], ["/a/0.log"]]);
});

Deno.test("a full disk is logged and tried again next time", async () => {
  const world = setup();
  world.logFiles.append("/a/0.log", "much too much");
  world.logFiles.full = true;
  await rotateLogs([logOf("a")], world);
  assert.equal(world.log.messages("warn").length, 1);
  world.logFiles.full = false;
  await rotateLogs([logOf("a")], world);
  assert.equal(world.logFiles.names().length, 2);
});
