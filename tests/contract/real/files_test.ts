/** The suite of the pods' files against the real file system, and what only that can show. Needs root. */
import assert from "node:assert/strict";
import { linuxFiles } from "../../../src/adapters/linux/files.ts";
import { Failed, Unavailable } from "../../../src/ports/errors.ts";
import { type FilesSubject, filesSuite } from "../files_suite.ts";

async function realSubject(): Promise<FilesSubject> {
  const root = await Deno.makeTempDir({ prefix: "skerry-files-" });
  const files = linuxFiles();
  return {
    files,
    root,
    write: (path, content) => Deno.writeTextFileSync(path, content),
    link: (path, target) => Deno.symlinkSync(target, path),
    textAt: (path) => Deno.readTextFileSync(path),
    ownerOf(path) {
      const { uid, gid } = Deno.lstatSync(path);
      return { uid: uid ?? -1, gid: gid ?? -1 };
    },
    modeOf: (path) => (Deno.statSync(path).mode ?? 0) & 0o7777,
    isMounted: (path) => Deno.readTextFileSync("/proc/self/mountinfo").includes(` ${path} `),
    [Symbol.asyncDispose]: () => files.removeTree(root),
  };
}

filesSuite("files on Linux", realSubject);

Deno.test("a full disk gives Unavailable, and the write is made up for when there is room", async () => {
  await using subject = await realSubject();
  const { files, root } = subject;
  const path = `${root}/small`;
  await files.apply([{ kind: "MountTmpfs", path, sizeBytes: 64 * 1024, mode: 0o755 }]);
  const step = {
    kind: "WriteFile",
    path: `${path}/file`,
    content: "x".repeat(48 * 1024),
    mode: 0o644,
  } as const;
  subject.write(`${path}/ballast`, "x".repeat(32 * 1024));
  await assert.rejects(files.apply([step]), (error) => {
    assert.ok(error instanceof Unavailable);
    assert.equal(error.message, `write ${path}/file: no space left on device`);
    return true;
  });
  Deno.removeSync(`${path}/ballast`);
  await files.apply([step]);
  assert.equal(Deno.readTextFileSync(step.path), step.content);
});

Deno.test("a file is rewritten in place, so that containers which mount it see it", async () => {
  await using subject = await realSubject();
  const path = `${subject.root}/etc-hosts`;
  const write = (content: string): Promise<void> =>
    subject.files.apply([{ kind: "WriteFile", path, content, mode: 0o644 }]);
  await write("first");
  const { ino, mtime } = Deno.statSync(path);
  await write("first");
  assert.deepEqual(Deno.statSync(path).mtime, mtime);
  await write("second");
  assert.equal(Deno.statSync(path).ino, ino);
});

Deno.test("permissions that a container gave its volume stay", async () => {
  await using subject = await realSubject();
  const path = `${subject.root}/volume`;
  const step = { kind: "MakeDirectory", path, mode: 0o777 } as const;
  await subject.files.apply([step]);
  Deno.chmodSync(path, 0o700);
  await subject.files.apply([step]);
  assert.equal(subject.modeOf(path), 0o700);
});

Deno.test("removing a tree follows no symlink and leaves a bind mount's source alone", async () => {
  await using subject = await realSubject();
  const { files, root } = subject;
  for (const each of ["outside", "pod/bound"]) {
    Deno.mkdirSync(`${root}/${each}`, { recursive: true });
  }
  subject.write(`${root}/outside/precious`, "x");
  Deno.symlinkSync(`${root}/outside`, `${root}/pod/link`);
  const mount = new Deno.Command("mount", {
    args: ["--bind", `${root}/outside`, `${root}/pod/bound`],
  });
  assert.ok((await mount.output()).success);
  Deno.symlinkSync(`${root}/pod`, `${root}/pod-link`);
  await files.removeTree(`${root}/pod-link`);
  assert.ok(subject.isMounted(`${root}/pod/bound`));
  await files.removeTree(`${root}/pod`);
  assert.deepEqual(await files.list(root), ["outside"]);
  assert.deepEqual(await files.list(`${root}/outside`), ["precious"]);
});

Deno.test("a tree with a mount in use is not deleted", async () => {
  await using subject = await realSubject();
  const { files, root } = subject;
  await files.apply([
    { kind: "WriteFile", path: `${root}/kept`, content: "x", mode: 0o644 },
    { kind: "MountTmpfs", path: `${root}/memory`, mode: 0o755 },
    { kind: "WriteFile", path: `${root}/memory/open`, content: "x", mode: 0o644 },
  ]);
  {
    using _open = await Deno.open(`${root}/memory/open`);
    await assert.rejects(files.removeTree(root), (error) => {
      assert.ok(error instanceof Failed);
      assert.match(error.message, /^unmount \S+\/memory: device or resource busy$/);
      return true;
    });
    assert.deepEqual(await files.list(root), ["kept", "memory"]);
  }
});

Deno.test("a hard link is counted once, a symlink for itself, a sparse file for its blocks", async () => {
  await using subject = await realSubject();
  const { files, root } = subject;
  const empty = await files.usedBytes(root);
  subject.write(`${root}/file`, "x".repeat(5000));
  Deno.linkSync(`${root}/file`, `${root}/link`);
  Deno.symlinkSync("/usr", `${root}/symlink`);
  Deno.truncateSync(`${root}/file`, 5000);
  using sparse = Deno.openSync(`${root}/sparse`, { create: true, write: true });
  sparse.truncateSync(100 << 20);
  assert.equal(await files.usedBytes(root) - empty, 8192);
});

Deno.test("hostPath knows sockets and devices", async () => {
  await using subject = await realSubject();
  const path = `${subject.root}/socket`;
  using _socket = Deno.listen({ transport: "unix", path });
  await subject.files.apply([
    { kind: "CheckHostPath", path, type: "Socket" },
    { kind: "CheckHostPath", path: "/dev/null", type: "CharDevice" },
  ]);
  const refused = [
    { path, type: "File", why: `${path} is not a file, it's a Socket` },
    { path: "/dev/null", type: "File", why: "/dev/null is not a file, it's a CharDevice" },
    {
      path: "/dev/null",
      type: "BlockDevice",
      why: "/dev/null is not a block device, it's a CharDevice",
    },
  ] as const;
  for (const { why, ...step } of refused) {
    await assert.rejects(subject.files.apply([{ kind: "CheckHostPath", ...step }]), {
      message: `hostPath type check failed: ${why}`,
    });
  }
});

Deno.test("a path that is no pod's is not removed", async () => {
  for (const path of ["/", "relative", "/var/lib/skerry/pods/", ""]) {
    await assert.rejects(linuxFiles().removeTree(path), { name: "Invalid" });
  }
});
