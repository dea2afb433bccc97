/** A real folder, real events of the kernel, and a clock that is moved by hand. */
import assert from "node:assert/strict";
import { type FakeClock, fakeClock } from "../../../tests/fakes/clock.ts";
import { type FakeLog, fakeLog } from "../../../tests/fakes/log.ts";
import { readSnapshots, type SnapshotReader } from "../../../tests/fakes/snapshot_reader.ts";
import type { SourceSnapshot } from "../../ports/pod_source.ts";
import { manifestFolder } from "./manifest_folder.ts";

const checkMs = 20_000;
const settleMs = 1_000;

interface Stage {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly log: FakeLog;
  /** Writes a file of the folder. */
  write(name: string, text: string | Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  /** Begins to read the folder, or another path. */
  read(path?: string): SnapshotReader;
  /** Waits until the source has looked at everything that was done before. */
  looked(reader: SnapshotReader): Promise<SourceSnapshot>;
  /** Lets time pass once the source has nothing left to do but wait. */
  pass(ms: number): Promise<void>;
  /** Lets time pass, a second at a time, until the source says so. */
  eventually(
    reader: SnapshotReader,
    isSo: (snapshot: SourceSnapshot) => boolean,
  ): Promise<SourceSnapshot>;
}

function test(name: string, run: (stage: Stage) => Promise<void>): void {
  Deno.test(`manifest folder: ${name}`, async () => {
    const parent = await Deno.makeTempDir({ prefix: "skerry-manifests-" });
    try {
      await run(await stageIn(parent));
    } finally {
      await Deno.remove(parent, { recursive: true });
    }
  });
}

async function stageIn(parent: string): Promise<Stage> {
  const folder = `${parent}/manifests`;
  await Deno.mkdir(folder);
  const clock = fakeClock();
  const log = fakeLog();
  let marks = 0;

  /** The source waits for a hint of the kernel or for the one timer that it sets. */
  async function idle(): Promise<void> {
    while (clock.pendingTimers === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  async function pass(ms: number): Promise<void> {
    await idle();
    await clock.advance(ms);
    await idle();
  }

  return {
    folder,
    clock,
    log,
    write: (name, text) =>
      typeof text === "string"
        ? Deno.writeTextFile(`${folder}/${name}`, text)
        : Deno.writeFile(`${folder}/${name}`, text),
    remove: (name) => Deno.remove(`${folder}/${name}`),
    read: (path = folder) =>
      readSnapshots(
        manifestFolder({ path, nodeName: "node", clock, log, fileCheckFrequencyMs: checkMs }),
      ),
    async looked(reader) {
      const mark = `zz-mark-${++marks}`;
      await Deno.writeTextFile(`${folder}/${mark}`, manifest(mark));
      return await reader.until(mark, (snapshot) => names(snapshot).includes(`${mark}-node`));
    },
    pass,
    async eventually(reader, isSo) {
      for (let seconds = 0; seconds < 60; seconds++) {
        const newest = reader.all.at(-1);
        if (newest !== undefined && isSo(newest)) return newest;
        await pass(1_000);
      }
      return assert.fail(`the source only says ${JSON.stringify(reader.all.at(-1))}`);
    },
  };
}

function manifest(name: string, image = "busybox:1"): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
  - {name: main, image: "${image}"}
`;
}

function names({ pods }: SourceSnapshot): readonly string[] {
  return pods.map(({ metadata }) => metadata.name);
}

/** The names of the pods that are not marks of a test. */
function own(snapshot: SourceSnapshot): string {
  return names(snapshot).filter((name) => !name.startsWith("zz-mark")).join();
}

const has = (expected: string) => (snapshot: SourceSnapshot): boolean => own(snapshot) === expected;
const troubled = ({ problems }: SourceSnapshot): boolean => problems.length > 0;
const fine = ({ problems }: SourceSnapshot): boolean => problems.length === 0;

/** The problems as `file:line:column message`. */
function told({ problems }: SourceSnapshot): readonly string[] {
  return problems.map(({ path, line, column, message }) =>
    `${path.split("/").at(-1)}:${line}:${column} ${message}`
  );
}

test("YAML and JSON are read, hidden files and folders are not", async ({ folder, read, write }) => {
  await write("b.yaml", manifest("b"));
  await write(
    "a",
    JSON.stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a" },
      spec: { containers: [{ name: "main", image: "busybox" }] },
    }),
  );
  await write(".hidden.yaml", manifest("hidden"));
  await Deno.mkdir(`${folder}/more`);
  await Deno.writeTextFile(`${folder}/more/c.yaml`, manifest("c"));
  await Deno.symlink(`${folder}/more`, `${folder}/link`);
  await using reader = read();
  const first = await reader.until("pods", () => true);
  assert.deepEqual(names(first), ["a-node", "b-node"]);
  assert.deepEqual(told(first), []);
});

test("a new file is seen at once, though the clock stands still", async ({ read, write, clock }) => {
  await using reader = read();
  await reader.until("nothing", has(""));
  await write("a.yaml", manifest("a"));
  await reader.until("a", has("a-node"));
  assert.ok(clock.pendingTimers <= 1);
});

test("a change gives a pod with another UID, a rename over it too", async ({ folder, read, write }) => {
  await write("a.yaml", manifest("a", "busybox:1"));
  await using reader = read();
  const image = (tag: string) => ({ pods }: SourceSnapshot) =>
    pods[0]?.spec.containers[0]?.image === `busybox:${tag}`;
  const one = await reader.until("first image", image("1"));
  await write("a.yaml", manifest("a", "busybox:2"));
  const two = await reader.until("second image", image("2"));
  await write(".a.yaml.tmp", manifest("a", "busybox:3"));
  await Deno.rename(`${folder}/.a.yaml.tmp`, `${folder}/a.yaml`);
  const three = await reader.until("third image", image("3"));
  const uids = [one, two, three].map(({ pods }) => pods[0]?.metadata.uid);
  assert.equal(new Set(uids).size, 3);
});

test("a file that is touched or written anew with the same content changes nothing", async ({ read, write, looked, pass }) => {
  await write("a.yaml", manifest("a"));
  await using reader = read();
  const before = await reader.until("a", has("a-node"));
  await pass(5_000);
  await write("a.yaml", `# with a comment\n${manifest("a")}`);
  const after = await looked(reader);
  assert.equal(after.pods[0], before.pods[0]);
  await pass(settleMs);
  assert.equal((await looked(reader)).pods[0], before.pods[0]);
});

test("a new reader finds the same UID", async ({ read, write, clock }) => {
  await write("a.yaml", manifest("a"));
  const uids: (string | undefined)[] = [];
  for (const _ of [1, 2]) {
    await using reader = read();
    uids.push((await reader.until("a", has("a-node"))).pods[0]?.metadata.uid);
    clock.setWall(Date.UTC(2030, 0, 1));
  }
  assert.equal(uids[0], uids[1]);
});

test("a half-written file is not complained of", async ({ read, write, log, looked, pass }) => {
  await using reader = read();
  await reader.until("nothing", has(""));
  const text = manifest("a");
  for (const end of [0, 20, 40, 60]) {
    await write("a.yaml", text.slice(0, end));
    assert.deepEqual(told(await looked(reader)), []);
    await pass(settleMs - 1);
  }
  await write("a.yaml", text);
  await reader.until("a", has("a-node"));
  assert.deepEqual(log.messages("warn"), []);
  assert.ok(reader.all.every(fine));
});

test("a file that stays nonsense is reported once, with its place, and keeps its last good pod", async ({ read, write, log, looked, pass }) => {
  await write("a.yaml", manifest("a"));
  await write("b.yaml", manifest("b"));
  await using reader = read();
  const before = await reader.until("a and b", has("a-node,b-node"));
  await write("a.yaml", manifest("a").replace("image", "imge"));
  assert.deepEqual(told(await looked(reader)), []);
  await pass(settleMs);
  const bad = await reader.until("a problem", troubled);
  const problem = "spec.containers[0].imge: unknown field; did you mean image?";
  assert.deepEqual(told(bad), [`a.yaml:7:18 ${problem}`]);
  assert.equal(bad.pods[0], before.pods[0]);
  for (const _ of [1, 2, 3]) {
    await pass(checkMs);
    await looked(reader);
  }
  assert.deepEqual(log.messages("warn"), ["Manifest cannot be used"]);
  assert.equal(log.records[0]?.fields["problem"], `line 7, column 18: ${problem}`);
  await write("a.yaml", manifest("a"));
  const good = await reader.until("no problem", fine);
  assert.equal(good.pods[0], before.pods[0]);
  assert.deepEqual(log.messages("info"), ["Manifest is no longer in trouble"]);
});

test("nonsense that turns into other nonsense is reported again", async ({ read, write, log, looked, pass }) => {
  await write("a.yaml", "kind: Nonsense");
  await using reader = read();
  await reader.until("a problem", troubled);
  await write("a.yaml", "kind: Rubbish");
  assert.deepEqual(told(await looked(reader)), ["a.yaml:1:1 kind: expected Pod, found Nonsense"]);
  await pass(settleMs);
  await reader.until("another problem", (s) => told(s).join().includes("Rubbish"));
  assert.equal(log.messages("warn").length, 2);
});

test("a deleted file removes its pod, once it is sure to stay away", async ({ read, write, remove, looked, eventually }) => {
  await write("a.yaml", manifest("a"));
  await write("b.yaml", manifest("b"));
  await using reader = read();
  await reader.until("a and b", has("a-node,b-node"));
  await remove("a.yaml");
  assert.equal(own(await looked(reader)), "a-node,b-node");
  await eventually(reader, has("b-node"));
});

test("an editor that moves the file away and writes it anew does not end the pod", async ({ folder, read, write, remove, log, looked, pass }) => {
  await write("a.yaml", manifest("a", "busybox:1"));
  await using reader = read();
  await reader.until("a", has("a-node"));
  await Deno.rename(`${folder}/a.yaml`, `${folder}/a.yaml~`);
  await looked(reader);
  await write("a.yaml", manifest("a", "busybox:2"));
  await remove("a.yaml~");
  await reader.until("new image", ({ pods }) => pods[0]?.spec.containers[0]?.image === "busybox:2");
  await pass(settleMs);
  await looked(reader);
  assert.ok(reader.all.every((snapshot) => own(snapshot) === "a-node" && fine(snapshot)));
  assert.deepEqual(log.messages("warn"), []);
});

test("a file that gets another name gives a new pod after the old one", async ({ folder, read, write, looked, pass }) => {
  await write("a.yaml", manifest("a"));
  await using reader = read();
  const before = await reader.until("a", has("a-node"));
  await Deno.rename(`${folder}/a.yaml`, `${folder}/b.yaml`);
  assert.equal((await looked(reader)).pods[0], before.pods[0]);
  await pass(settleMs);
  const after = await reader.until(
    "another UID",
    ({ pods }) => pods[0]?.metadata.uid !== before.pods[0]?.metadata.uid,
  );
  assert.equal(own(after), "a-node");
  assert.ok(reader.all.every(fine));
});

test("of two files with one pod the first by name wins, the other is told of", async ({ read, write, remove, eventually }) => {
  await write("b.yaml", manifest("web", "busybox:2"));
  await write("a.yaml", manifest("web", "busybox:1"));
  await write("c.yaml", manifest("other"));
  await using reader = read();
  const first = await reader.until("pods", () => true);
  assert.equal(own(first), "web-node,other-node");
  assert.equal(first.pods[0]?.spec.containers[0]?.image, "busybox:1");
  assert.deepEqual(told(first), [
    "b.yaml:0:0 pod default/web-node is in a.yaml already, so this file's is left out",
  ]);
  await remove("a.yaml");
  const after = await eventually(reader, fine);
  assert.equal(own(after), "web-node,other-node");
  assert.equal(after.pods[0]?.spec.containers[0]?.image, "busybox:2");
});

test("two pods with one UID are not run both", async ({ read, write }) => {
  for (const name of ["a", "b"]) {
    await write(`${name}.yaml`, manifest(name).replace("spec:", "  uid: mine\nspec:"));
  }
  await using reader = read();
  const first = await reader.until("pods", () => true);
  assert.equal(own(first), "a-node");
  assert.deepEqual(told(first), [
    "b.yaml:0:0 pod UID mine is in a.yaml already, so this file's is left out",
  ]);
});

test("what is not a manifest is one problem each and blocks nothing", async ({ folder, read, write, log, looked, pass }) => {
  await write("good.yaml", manifest("good"));
  await write("junk", crypto.getRandomValues(new Uint8Array(4_096)));
  await write(
    "bomb",
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${
      "bcdefg".split("").map((name, at) => {
        const before = "abcdef"[at];
        return `${name}: &${name} [${Array(10).fill(`*${before}`).join()}]\n`;
      }).join("")
    }`,
  );
  await Deno.truncate(await emptyFile(`${folder}/huge`), 50 * 1024 * 1024);
  await Deno.symlink("loop-b", `${folder}/loop-a`);
  await Deno.symlink("loop-a", `${folder}/loop-b`);
  await Deno.symlink("nowhere", `${folder}/dangling`);
  await Deno.symlink("/dev/zero", `${folder}/device`);
  await Deno.symlink("/proc/self/mem", `${folder}/unreadable`);
  await command("mkfifo", `${folder}/pipe`);
  using _listener = Deno.listen({ transport: "unix", path: `${folder}/socket` });
  await using reader = read();
  const first = await reader.until("pods", () => true);
  assert.equal(own(first), "good-node");
  const expected = [
    /^bomb:\d+:\d+ too many values/,
    /^dangling:0:0 a symbolic link that leads nowhere$/,
    /^device:0:0 expected a file, found a device$/,
    /^huge:0:0 52428800 bytes are more than the 1048576 that are read of a manifest$/,
    /^junk:1:1 this is not a text file/,
    /^loop-a:0:0 Too many levels of symbolic links/,
    /^loop-b:0:0 Too many levels of symbolic links/,
    /^pipe:0:0 expected a file, found a pipe$/,
    /^socket:0:0 expected a file, found a socket$/,
    /^unreadable:0:0 /,
  ];
  assert.equal(first.problems.length, expected.length, told(first).join("\n"));
  expected.forEach((pattern, at) => assert.match(told(first)[at] ?? "", pattern));
  for (const _ of [1, 2]) {
    await pass(checkMs);
    await looked(reader);
  }
  assert.equal(log.messages("warn").length, expected.length);
});

async function emptyFile(path: string): Promise<string> {
  await Deno.writeTextFile(path, "");
  return path;
}

async function command(program: string, ...args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args: [...args] }).output();
  assert.ok(success, program);
}

test("a deleted folder keeps its pods; when it is back it is read again", async ({ folder, read, write, log, looked, pass, eventually }) => {
  await write("a.yaml", manifest("a"));
  await write("b.yaml", manifest("b"));
  await using reader = read();
  await reader.until("a and b", has("a-node,b-node"));
  await Deno.remove(folder, { recursive: true });
  const away = await reader.until("away", ({ available }) => !available);
  assert.equal(own(away), "a-node,b-node");
  assert.deepEqual(told(away), ["manifests:0:0 there is no such folder or file"]);
  for (const _ of [1, 2, 3]) await pass(checkMs);
  assert.deepEqual(log.messages("warn"), ["Manifest cannot be used"]);
  await Deno.mkdir(folder);
  await eventually(reader, ({ available }) => available);
  await write("a.yaml", manifest("a"));
  assert.equal(own(await looked(reader)), "a-node,b-node");
  const back = await eventually(reader, has("a-node"));
  assert.equal(back.pods[0], away.pods[0]);
});

test("another folder under the same name is watched, too", async ({ folder, read, write, pass }) => {
  await write("a.yaml", manifest("a"));
  await using reader = read();
  await reader.until("a", has("a-node"));
  for (const round of ["b", "c"]) {
    await Deno.rename(folder, `${folder}-${round}`);
    await Deno.mkdir(folder);
    await write("a.yaml", manifest("a"));
    await pass(1_000);
    await write(`${round}.yaml`, manifest(round));
    await reader.until(round, ({ pods }) => pods.some((p) => p.metadata.name === `${round}-node`));
  }
});

test("a folder that is not there yet is waited for, with one warning", async ({ folder, read, log, pass }) => {
  const later = `${folder}/later`;
  await using reader = read(later);
  const first = await reader.until("away", () => true);
  assert.deepEqual([first.available, first.pods.length], [false, 0]);
  await pass(60_000);
  assert.equal(reader.all.length, 1);
  assert.equal(log.messages("warn").length, 1);
  await Deno.mkdir(later);
  await Deno.writeTextFile(`${later}/a.yaml`, manifest("a"));
  await pass(1_000);
  const back = await reader.until("a", has("a-node"));
  assert.equal(back.available, true);
});

test("a single file can be named instead of a folder", async ({ folder, read, write, remove, eventually }) => {
  await write("a.yaml", manifest("a", "busybox:1"));
  await write("b.yaml", manifest("b"));
  await using reader = read(`${folder}/a.yaml`);
  const first = await reader.until("a", has("a-node"));
  await write(".new", manifest("a", "busybox:2"));
  await Deno.rename(`${folder}/.new`, `${folder}/a.yaml`);
  const next = await reader.until("new image", ({ pods }) => pods[0] !== first.pods[0]);
  assert.equal(own(next), "a-node");
  await remove("a.yaml");
  await eventually(reader, has(""));
});

test("nothing is read and nothing said while nothing changes", async ({ read, write, clock, pass }) => {
  for (let at = 0; at < 20; at++) await write(`p${at}.yaml`, manifest(`p${at}`));
  await using reader = read();
  await reader.until("20 pods", ({ pods }) => pods.length === 20);
  for (let check = 0; check < 10; check++) await pass(checkMs);
  assert.equal(reader.all.length, 1);
  assert.equal(clock.pendingTimers, 1);
});

test("a change that the kernel does not tell of is found at the next check", async ({ folder, read, write, pass }) => {
  await Deno.writeTextFile(`${folder}/../elsewhere`, manifest("a", "busybox:1"));
  await Deno.symlink("../elsewhere", `${folder}/a.yaml`);
  await write("b.yaml", manifest("b"));
  await using reader = read();
  const before = await reader.until("a and b", has("a-node,b-node"));
  await Deno.writeTextFile(`${folder}/../elsewhere`, manifest("a", "busybox:2"));
  await pass(checkMs);
  const after = await reader.until("new image", ({ pods }) => pods[0] !== before.pods[0]);
  assert.equal(after.pods[1], before.pods[1]);
});

test("a reader that ends leaves no timer behind", async ({ read, write, clock }) => {
  await write("a.yaml", manifest("a"));
  {
    await using reader = read();
    await reader.until("a", has("a-node"));
  }
  assert.equal(clock.pendingTimers, 0);
});
