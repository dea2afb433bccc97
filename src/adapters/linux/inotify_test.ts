/** The kernel's events of a real folder. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { type FolderChange, watchFolder } from "./inotify.ts";

/** Reads until `isEnough`, then closes; gives all that was heard. */
async function heard(
  folder: string,
  act: () => Promise<unknown>,
  isEnough: (all: readonly FolderChange[]) => boolean,
): Promise<readonly FolderChange[]> {
  const changes = watchFolder(folder);
  await act();
  const all: FolderChange[] = [];
  for await (const change of changes) {
    all.push(change);
    if (isEnough(all)) changes.close();
  }
  return all;
}

const names = (all: readonly FolderChange[]): Set<string> => new Set(all.flatMap((c) => c.names));

async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert.ok(success);
}

Deno.test("files that are written, linked, moved and deleted are told of, a pipe and a link to itself too", async () => {
  using temporary = temporaryFolder();
  const folder = temporary.path;
  const all = await heard(folder, async () => {
    await makePipe(`${folder}/pipe`);
    await Deno.symlink(`${folder}/loop`, `${folder}/loop`);
    await Deno.writeTextFile(`${folder}/ä file`, "x");
    await Deno.rename(`${folder}/ä file`, `${folder}/moved`);
    await Deno.remove(`${folder}/moved`);
    await Deno.writeTextFile(`${folder}/last`, "x");
  }, (all) => names(all).has("last"));
  assert.deepEqual([...names(all)], ["pipe", "loop", "ä file", "moved", "last"]);
  assert.ok(all.every(({ unsure }) => !unsure));
});

Deno.test("reading a file is no change", async () => {
  using temporary = temporaryFolder();
  const folder = temporary.path;
  await Deno.writeTextFile(`${folder}/old`, "x");
  const all = await heard(folder, async () => {
    await Deno.readTextFile(`${folder}/old`);
    await Deno.writeTextFile(`${folder}/new`, "x");
  }, (all) => names(all).has("new"));
  assert.deepEqual([...names(all)], ["new"]);
});

Deno.test("a folder that is deleted or moved is told of; deleted, it ends the watch", async () => {
  using temporary = temporaryFolder();
  const folder = `${temporary.path}/folder`;
  await Deno.mkdir(folder);
  const deleted = await heard(folder, () => Deno.remove(folder), () => false);
  assert.equal(deleted.at(-1)?.unsure, true);
  await Deno.mkdir(folder);
  const moved = await heard(folder, () => Deno.rename(folder, `${folder}.away`), () => true);
  assert.equal(moved.at(-1)?.unsure, true);
});

Deno.test("more events than the kernel keeps are told of as a loss", async () => {
  using temporary = temporaryFolder();
  const folder = temporary.path;
  const limit = Number(await Deno.readTextFile("/proc/sys/fs/inotify/max_queued_events"));
  const all = await heard(folder, () => {
    for (let n = 0; n <= limit / 2; n++) {
      Deno.symlinkSync("nowhere", `${folder}/${n % 2}`);
      Deno.removeSync(`${folder}/${n % 2}`);
    }
    return Promise.resolve();
  }, (all) => all.some(({ unsure }) => unsure));
  assert.equal(all.at(-1)?.unsure, true);
});

Deno.test("what is no folder cannot be watched", () => {
  using temporary = temporaryFolder();
  const file = `${temporary.path}/file`;
  Deno.writeTextFileSync(file, "x");
  assert.throws(() => watchFolder(file), /not a directory/);
  assert.throws(() => watchFolder("/no/such/folder"), /no such file or directory/);
});
