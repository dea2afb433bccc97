/** What every implementation of the pods' files must do. */
import assert from "node:assert/strict";
import { Failed } from "../../src/ports/errors.ts";
import type { Files } from "../../src/ports/files.ts";

/** The files under test, and a way to look at and disturb what they work on from outside. */
export interface FilesSubject extends AsyncDisposable {
  readonly files: Files;
  /** A directory that is there, for this test alone. */
  readonly root: string;
  /** Writes a file in a directory that is there, as a container would. */
  write(path: string, content: string): void;
  modeOf(path: string): number;
  isMounted(path: string): boolean;
}

export function filesSuite(name: string, open: () => Promise<FilesSubject>): void {
  const test = (what: string, body: (subject: FilesSubject) => Promise<void>): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await open();
      await body(subject);
    });

  test("a directory has exactly its mode, and its parents are made", async (subject) => {
    const path = `${subject.root}/volumes/scratch`;
    await subject.files.apply([{ kind: "MakeDirectory", path, mode: 0o777 }]);
    assert.equal(subject.modeOf(path), 0o777);
    assert.deepEqual(await subject.files.list(`${subject.root}/volumes`), ["scratch"]);
  });

  test("a directory where a file is fails and names the path", async ({ files, root, write }) => {
    write(`${root}/file`, "");
    await assert.rejects(
      files.apply([{ kind: "MakeDirectory", path: `${root}/file`, mode: 0o755 }]),
      (error) => error instanceof Failed && error.message.includes(`${root}/file`),
    );
  });

  test("a file is written with its mode, and written anew when it differs", async (subject) => {
    const { files, root } = subject;
    const path = `${root}/etc-hosts`;
    await files.apply([{ kind: "WriteFile", path, content: "127.0.0.1 a\n", mode: 0o644 }]);
    assert.equal(await files.readTail(path, 100), "127.0.0.1 a\n");
    await files.apply([{ kind: "WriteFile", path, content: "::1 b\n", mode: 0o666 }]);
    assert.equal(await files.readTail(path, 100), "::1 b\n");
    assert.equal(subject.modeOf(path), 0o666);
  });

  test("a tmpfs is mounted once", async (subject) => {
    const path = `${subject.root}/memory`;
    const step = { kind: "MountTmpfs", path, sizeBytes: 1 << 20, mode: 0o1777 } as const;
    await subject.files.apply([step]);
    subject.write(`${path}/kept`, "x");
    await subject.files.apply([step]);
    assert.ok(subject.isMounted(path));
    assert.equal(subject.modeOf(path), 0o1777);
    assert.deepEqual(await subject.files.list(path), ["kept"]);
  });

  test("removing a tree takes its mounts along, and twice is as good as once", async (subject) => {
    const { files, root } = subject;
    await files.apply([
      { kind: "MakeDirectory", path: `${root}/pod/a/b`, mode: 0o755 },
      { kind: "MountTmpfs", path: `${root}/pod/a/memory`, mode: 0o777 },
      { kind: "WriteFile", path: `${root}/pod/a/memory/file`, content: "x", mode: 0o644 },
      { kind: "WriteFile", path: `${root}/other`, content: "x", mode: 0o644 },
    ]);
    await files.removeTree(`${root}/pod`);
    await files.removeTree(`${root}/pod`);
    assert.ok(!subject.isMounted(`${root}/pod/a/memory`));
    assert.deepEqual(await files.list(root), ["other"]);
  });

  test("what is not there is empty", async ({ files, root }) => {
    assert.deepEqual(await files.list(`${root}/missing`), []);
    assert.equal(await files.readTail(`${root}/missing`, 10), "");
    assert.equal(await files.usedBytes(`${root}/missing`), 0);
  });

  test("the tail is no longer than asked for", async ({ files, root, write }) => {
    write(`${root}/message`, "0123456789");
    assert.equal(await files.readTail(`${root}/message`, 4), "6789");
    assert.equal(await files.readTail(`${root}/message`, 4096), "0123456789");
  });

  test("used bytes count blocks, but not what is mounted below", async ({ files, root, write }) => {
    await files.apply([{ kind: "MakeDirectory", path: `${root}/v`, mode: 0o755 }]);
    const empty = await files.usedBytes(`${root}/v`);
    write(`${root}/v/small`, "x");
    assert.equal(await files.usedBytes(`${root}/v`) - empty, 4096);
    await files.apply([{ kind: "MountTmpfs", path: `${root}/v/memory`, mode: 0o777 }]);
    const before = await files.usedBytes(`${root}/v`);
    write(`${root}/v/memory/large`, "x".repeat(100_000));
    assert.equal(await files.usedBytes(`${root}/v`), before);
  });

  const refusals = [
    ["Directory", "file", "a directory", "File"],
    ["DirectoryOrCreate", "file", "a directory", "File"],
    ["File", "directory", "a file", "Directory"],
    ["FileOrCreate", "directory", "a file", "Directory"],
    ["Socket", "file", "a socket file", "File"],
    ["CharDevice", "file", "a character device", "File"],
    ["BlockDevice", "file", "a block device", "File"],
  ] as const;
  for (const [type, at, what, found] of refusals) {
    test(`hostPath of type ${type} refuses a ${at}`, async ({ files, root, write }) => {
      await files.apply([{ kind: "MakeDirectory", path: `${root}/directory`, mode: 0o755 }]);
      write(`${root}/file`, "x");
      const path = `${root}/${at}`;
      await assert.rejects(files.apply([{ kind: "CheckHostPath", path, type }]), {
        name: "Failed",
        message: `hostPath type check failed: ${path} is not ${what}, it's a ${found}`,
      });
    });
  }

  for (const [type, what] of [["Directory", "a directory"], ["File", "a file"]] as const) {
    test(`hostPath of type ${type} refuses what is not there`, async ({ files, root }) => {
      const path = `${root}/missing`;
      await assert.rejects(files.apply([{ kind: "CheckHostPath", path, type }]), {
        name: "Failed",
        message: `hostPath type check failed, ${path} is not ${what}, ` +
          `unable to determine its type: path "${path}" does not exist`,
      });
    });
  }

  test("hostPath makes what its type says, and takes what is there", async (subject) => {
    const { files, root, modeOf } = subject;
    for (const round of ["making", "taking"]) {
      await files.apply([
        { kind: "CheckHostPath", path: `${root}/a/dir`, type: "DirectoryOrCreate" },
        { kind: "CheckHostPath", path: `${root}/a/file`, type: "FileOrCreate" },
        { kind: "CheckHostPath", path: `${root}/a/dir`, type: "Directory" },
        { kind: "CheckHostPath", path: `${root}/a/file`, type: "File" },
      ]);
      assert.equal(modeOf(`${root}/a/dir`), 0o755, round);
      assert.equal(modeOf(`${root}/a/file`), 0o644, round);
    }
    assert.deepEqual(await files.list(root), ["a"]);
  });
}
