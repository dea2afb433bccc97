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
  /** Makes a symlink in a directory that is there, as a container would. */
  link(path: string, target: string): void;
  /** What a program reads at a path, symlinks and mounts followed. */
  textAt(path: string): string;
  /** Of a file or a symlink itself. */
  ownerOf(path: string): { readonly uid: number; readonly gid: number };
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

  test("bytes are written as they are", async ({ files, root }) => {
    const content = new TextEncoder().encode("a\0b");
    await files.apply([{ kind: "WriteFile", path: `${root}/bytes`, content, mode: 0o600 }]);
    assert.deepEqual(await files.readTree(root), [{ path: "bytes", content }]);
  });

  test("a link points where it is told, and then elsewhere", async (subject) => {
    const { files, root } = subject;
    subject.write(`${root}/one`, "1");
    subject.write(`${root}/two`, "2");
    for (const [target, text] of [["one", "1"], ["one", "1"], ["two", "2"]] as const) {
      await files.apply([{ kind: "PointLink", path: `${root}/..data`, target }]);
      assert.equal(subject.textAt(`${root}/..data`), text);
    }
    assert.deepEqual(await files.list(root), ["..data", "one", "two"]);
  });

  test("a tree is read as a whole, and no symlink is followed", async (subject) => {
    const { files, root } = subject;
    await files.apply([
      { kind: "MakeDirectory", path: `${root}/v/inner`, mode: 0o755 },
      { kind: "WriteFile", path: `${root}/v/inner/file`, content: "x", mode: 0o644 },
    ]);
    subject.link(`${root}/v/link`, "inner");
    const entries = (await files.readTree(`${root}/v`)).toSorted((a, b) =>
      a.path < b.path ? -1 : 1
    );
    assert.deepEqual(entries, [
      { path: "inner" },
      { path: "inner/file", content: new TextEncoder().encode("x") },
      { path: "link", target: "inner" },
    ]);
    assert.deepEqual(await files.readTree(`${root}/missing`), []);
  });

  test("an owner is set for a file, and for a link without what it points to", async (subject) => {
    const { files, root } = subject;
    subject.write(`${root}/file`, "x");
    subject.link(`${root}/link`, "file");
    const before = subject.ownerOf(`${root}/file`);
    await files.apply([{ kind: "SetOwner", path: `${root}/link`, uid: 1234 }]);
    assert.deepEqual(subject.ownerOf(`${root}/file`), before);
    assert.deepEqual(subject.ownerOf(`${root}/link`), { ...before, uid: 1234 });
    await files.apply([{ kind: "SetOwner", path: `${root}/file`, uid: 1234 }]);
    assert.deepEqual(subject.ownerOf(`${root}/file`), { ...before, uid: 1234 });
  });

  for (const writable of [false, true]) {
    test(`a group that may ${writable ? "write" : "read"} gets a whole tree`, async (subject) => {
      const { files, root } = subject;
      const path = `${root}/volume`;
      await files.apply([
        { kind: "MakeDirectory", path: `${path}/inner`, mode: 0o700 },
        { kind: "WriteFile", path: `${path}/inner/file`, content: "x", mode: 0o600 },
      ]);
      subject.link(`${path}/link`, "inner/file");
      await files.apply([{ kind: "SetGroup", path, gid: 4321, writable, unlessTopIs: false }]);
      assert.equal(subject.modeOf(`${path}/inner`), writable ? 0o2770 : 0o2750);
      assert.equal(subject.modeOf(`${path}/inner/file`), writable ? 0o660 : 0o640);
      for (const each of ["", "/inner", "/inner/file", "/link"]) {
        assert.equal(subject.ownerOf(path + each).gid, 4321);
      }
    });
  }

  test("a tree whose top is the group's already may be left alone", async (subject) => {
    const { files, root } = subject;
    const path = `${root}/volume`;
    const step = { kind: "SetGroup", path, gid: 4321, writable: true } as const;
    await files.apply([
      { kind: "MakeDirectory", path, mode: 0o777 },
      { ...step, unlessTopIs: true },
    ]);
    assert.equal(subject.modeOf(path), 0o2777);
    subject.write(`${path}/new`, "x");
    await files.apply([{ kind: "WriteFile", path: `${path}/new`, content: "x", mode: 0o600 }]);
    await files.apply([{ ...step, unlessTopIs: true }]);
    assert.equal(subject.modeOf(`${path}/new`), 0o600);
    await files.apply([{ ...step, unlessTopIs: false }]);
    assert.equal(subject.modeOf(`${path}/new`), 0o660);
  });

  test("what is removed is gone, and a link's target is not", async (subject) => {
    const { files, root } = subject;
    await files.apply([{ kind: "MakeDirectory", path: `${root}/tree/inner`, mode: 0o755 }]);
    subject.write(`${root}/kept`, "x");
    subject.link(`${root}/link`, "kept");
    for (const name of ["tree", "link", "link", "missing"]) {
      await files.apply([{ kind: "Remove", path: `${root}/${name}` }]);
    }
    assert.deepEqual(await files.list(root), ["kept"]);
  });

  test("a file inside is read by way of links, but not from outside", async (subject) => {
    const { files, root } = subject;
    const top = `${root}/volume`;
    await files.apply([{ kind: "MakeDirectory", path: top, mode: 0o755 }]);
    subject.write(`${root}/secret`, "no");
    subject.write(`${top}/file`, "yes");
    subject.link(`${top}/link`, "file");
    subject.link(`${top}/escape`, "../secret");
    const read = (path: string): Promise<string | null> => files.readInside({ top, path });
    assert.equal(await read("file"), "yes");
    assert.equal(await read("link"), "yes");
    for (const path of ["missing", "escape", "../secret"]) {
      assert.equal(await read(path), null, path);
    }
  });

  test("a part of a volume is made with the volume's permissions, and bound", async (subject) => {
    const { files, root } = subject;
    const volumePath = `${root}/volume`;
    const bind = {
      kind: "BindSubPath",
      path: `${root}/volume-subpaths/v/main/0`,
      volumePath,
      subPath: "a/b",
    } as const;
    for (const _round of ["making", "taking"]) {
      await files.apply([
        { kind: "MakeDirectory", path: volumePath, mode: 0o777 },
        { kind: "MakeSubPath", path: volumePath, subPath: "a/b" },
        bind,
      ]);
      assert.ok(subject.isMounted(bind.path));
      assert.equal(subject.modeOf(`${volumePath}/a/b`), 0o777);
    }
    subject.write(`${volumePath}/a/b/file`, "x");
    assert.equal(subject.textAt(`${bind.path}/file`), "x");
    await files.removeTree(`${root}/volume-subpaths`);
    assert.deepEqual(await files.list(`${volumePath}/a/b`), ["file"]);
  });

  test("parts of a volume that belongs to a group are for the group as the volume is", async (subject) => {
    const { files, root } = subject;
    const path = `${root}/volume`;
    await files.apply([
      { kind: "MakeDirectory", path, mode: 0o777 },
      { kind: "SetGroup", path, gid: 4321, writable: true, unlessTopIs: false },
      { kind: "MakeSubPath", path, subPath: "a/b" },
    ]);
    for (const each of ["a", "a/b"]) assert.equal(subject.modeOf(`${path}/${each}`), 0o2777);
  });

  test("a bound file is that of today, though it was another when it was bound", async (subject) => {
    const { files, root } = subject;
    const path = `${root}/volume-subpaths/v/main/1`;
    const bind = { kind: "BindSubPath", path, volumePath: `${root}/v`, subPath: "conf" } as const;
    await files.apply([{ kind: "MakeDirectory", path: `${root}/v`, mode: 0o755 }]);
    subject.write(`${root}/v/one`, "1");
    subject.write(`${root}/v/two`, "2");
    for (const [target, text] of [["one", "1"], ["two", "2"]] as const) {
      await files.apply([{ kind: "PointLink", path: `${root}/v/conf`, target }, bind]);
      assert.equal(subject.textAt(path), text);
    }
  });

  for (
    const [what, subPath] of [["is a link", "escape"], ["goes by a link", "escape/x"]] as const
  ) {
    test(`a part that ${what} out of its volume is not made and not bound`, async (subject) => {
      const { files, root } = subject;
      await files.apply([
        { kind: "MakeDirectory", path: `${root}/v`, mode: 0o755 },
        { kind: "MakeDirectory", path: `${root}/outside`, mode: 0o755 },
      ]);
      subject.link(`${root}/v/escape`, "../outside");
      const path = `${root}/volume-subpaths/v/main/0`;
      const make = { kind: "MakeSubPath", path: `${root}/v`, subPath } as const;
      const bind = { kind: "BindSubPath", path, volumePath: `${root}/v`, subPath } as const;
      await assert.rejects(files.apply([make, bind]), { name: "Failed" });
      assert.ok(!subject.isMounted(path));
      assert.deepEqual(await files.list(`${root}/outside`), []);
    });
  }
}
