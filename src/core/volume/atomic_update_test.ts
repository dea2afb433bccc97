/** Updates of volumes, carried out on a file system in memory. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { type FakeFiles, fakeFiles } from "../../../tests/fakes/files.ts";
import { atomicUpdate, dataDirectoryName } from "./atomic_update.ts";
import type { PayloadFile } from "./payload.ts";

const dir = "/v";
let updates = 0;

interface Stage {
  readonly files: FakeFiles;
  /** The steps that were needed. */
  update(
    texts: Readonly<Record<string, string | PayloadFile>>,
    gid?: number,
  ): Promise<readonly string[]>;
  /** What containers see: names with texts. */
  shown(): Promise<Readonly<Record<string, string>>>;
}

async function stage(): Promise<Stage> {
  const files = fakeFiles({ clock: fakeClock() });
  await files.apply([{ kind: "MakeDirectory", path: dir, mode: 0o777 }]);
  return {
    files,
    async update(texts, gid) {
      const payload = new Map(
        Object.entries(texts).map(([path, file]) => [
          path,
          typeof file === "string" ? { content: file, mode: 0o644 } : file,
        ]),
      );
      const seen = await files.readTree(dir);
      const name = `..2026_01_01_00_00_00.${++updates}`;
      const steps = atomicUpdate({ dir, payload, seen, name, gid });
      await files.apply(steps);
      return steps.map(({ kind }) => kind);
    },
    async shown() {
      const paths = [...files.tree.keys()].filter((path) => !path.startsWith(`${dir}/..`));
      const below = (await files.readTree(dir)).filter(({ content }) => content !== undefined)
        .map(({ path }) => path.split("/").slice(1).join("/"));
      const seen = [...new Set([...below, ...paths.map((path) => path.slice(dir.length + 1))])]
        .flatMap((path) => {
          const text = files.textAt(`${dir}/${path}`);
          return path === "" || text === undefined ? [] : [[path, text] as const];
        });
      return Object.fromEntries(seen);
    },
  };
}

/** The hidden names: the link to the files, and where they lie. */
async function hidden({ files }: Stage): Promise<readonly string[]> {
  return (await files.list(dir)).filter((name) => name.startsWith(".."));
}

Deno.test("the first files are all there behind one link", async () => {
  const on = await stage();
  await on.update({ a: "1", "etc/b": "2", "etc/deep/c": "3" });
  assert.deepEqual(await on.shown(), { a: "1", "etc/b": "2", "etc/deep/c": "3" });
  const { content: data } = on.files.tree.get(`${dir}/..data`) ?? {};
  assert.match(data ?? "", /^\.\.2026_/);
  assert.equal(on.files.tree.get(`${dir}/a`)?.content, "..data/a");
  assert.equal(on.files.tree.get(`${dir}/etc`)?.content, "..data/etc");
  assert.equal((await hidden(on)).length, 2);
});

Deno.test("files are written, then count in one step, then the old ones go", async () => {
  const on = await stage();
  await on.update({ a: "1", b: "1" });
  const steps = await on.update({ a: "2", c: "2" });
  assert.deepEqual(steps, [
    "MakeDirectory",
    "WriteFile",
    "WriteFile",
    "PointLink",
    "PointLink",
    "Remove",
    "Remove",
  ]);
  assert.deepEqual(await on.shown(), { a: "2", c: "2" });
  assert.equal((await hidden(on)).length, 2);
});

Deno.test("what has not changed is not written", async () => {
  const on = await stage();
  await on.update({ a: "1", "etc/b": "2" });
  assert.deepEqual(await on.update({ a: "1", "etc/b": "2" }), []);
});

const changes: readonly [what: string, Readonly<Record<string, string>>][] = [
  ["a file less", { a: "1" }],
  ["a file in a directory less", { a: "1", "etc/b": "2" }],
  ["a file more", { a: "1", "etc/b": "2", "etc/c": "3", d: "4" }],
  ["a directory where a file was", { "a/x": "1", "etc/b": "2", "etc/c": "3" }],
  ["a file where a directory was", { a: "1", etc: "2" }],
  ["nothing at all", {}],
];
for (const [what, texts] of changes) {
  Deno.test(`an update to ${what} shows just that`, async () => {
    const on = await stage();
    await on.update({ a: "1", "etc/b": "2", "etc/c": "3" });
    await on.update(texts);
    assert.deepEqual(await on.shown(), texts);
    assert.equal((await hidden(on)).length, 2);
  });
}

Deno.test("an update that was cut off anywhere is made up for, and leaves nothing behind", async () => {
  const texts = { a: "2", "etc/b": "2" };
  for (let cut = 0; cut < 9; cut++) {
    const on = await stage();
    await on.update({ a: "1", gone: "1" });
    const payload = new Map(
      Object.entries(texts).map(([path, content]) => [path, { content, mode: 0o644 }]),
    );
    const seen = await on.files.readTree(dir);
    const steps = atomicUpdate({
      dir,
      payload,
      seen,
      name: "..2026_01_01_00_00_00.0",
      gid: undefined,
    });
    await on.files.apply(steps.slice(0, cut));
    await on.update(texts);
    assert.deepEqual(await on.shown(), texts, `after ${cut} steps`);
    assert.equal((await hidden(on)).length, 2, `after ${cut} steps`);
  }
});

Deno.test("owners and groups are set before anybody sees the files", async () => {
  const on = await stage();
  const file = { content: "jwt", mode: 0o600, uid: 1000 };
  const steps = await on.update({ "t/token": file }, 2000);
  assert.deepEqual(steps, [
    "MakeDirectory",
    "MakeDirectory",
    "WriteFile",
    "SetOwner",
    "SetGroup",
    "PointLink",
    "PointLink",
    "SetOwner",
  ]);
  const token = [...on.files.tree].find(([path]) => path.endsWith("/t/token"))?.[1];
  assert.deepEqual(token, { kind: "file", mode: 0o640, content: "jwt", uid: 1000, gid: 2000 });
  assert.equal(on.files.tree.get(dir)?.mode, 0o2777);
});

Deno.test("a directory that another volume is mounted on stays", async () => {
  const on = await stage();
  await on.files.apply([{ kind: "MakeDirectory", path: `${dir}/nested`, mode: 0o755 }]);
  await on.update({ a: "1" });
  await on.update({ b: "2" });
  assert.equal(on.files.tree.get(`${dir}/nested`)?.kind, "directory");
});

Deno.test("the files' directory is named by time and chance, and never as one that is there", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  assert.equal(dataDirectoryName({ now, fraction: 0, seen: [] }), "..2026_01_02_03_04_05.0");
  const seen = [{ path: "..2026_01_02_03_04_05.0" }, { path: "..2026_01_02_03_04_05.1" }];
  assert.equal(dataDirectoryName({ now, fraction: 0, seen }), "..2026_01_02_03_04_05.2");
  assert.equal(
    dataDirectoryName({ now, fraction: 0.5, seen: [] }),
    "..2026_01_02_03_04_05.2147483648",
  );
});
