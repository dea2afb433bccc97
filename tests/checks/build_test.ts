/** `deno task build` on a program of three lines: what it makes, what it says, and what it refuses. */
import assert from "node:assert/strict";
import { VERSION } from "../../src/core/version.ts";
import { embeddedBytes } from "../../deploy/compile.ts";
import { findDenort, target } from "../../deploy/denort.ts";
import { type RunResult, tryRun } from "../lab/run.ts";

const BUILD = new URL("../../deploy/build.ts", import.meta.url).pathname;
const HERE = Deno.build.arch;
/** Answers what the build asks of the agent. */
const AGENT =
  `console.log(JSON.stringify({ version: "${VERSION}", deno: Deno.version.deno }), "" as string);`;
/** e_machine of ELF headers. */
const MACHINES = { x86_64: 62, aarch64: 183, riscv64: 243 } as const;

async function withFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "skerry-build-test-" });
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

interface Build {
  readonly dir: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly source?: string;
}

/** Builds into `dir/out`; what is temporary goes to `dir/tmp`. */
async function build({ dir, args = [], env = {}, source = AGENT }: Build): Promise<RunResult> {
  await Deno.writeTextFile(`${dir}/main.ts`, source);
  await Deno.mkdir(`${dir}/tmp`, { recursive: true });
  const places = ["--entry", `${dir}/main.ts`, "--out", `${dir}/out`];
  return await tryRun([Deno.execPath(), "run", "-qA", BUILD, ...places, ...args], {
    env: { DENORT_BIN: "", NO_COLOR: "1", TMPDIR: `${dir}/tmp`, ...env },
  });
}

/** The folder's names; nothing temporary may be among them. */
async function made(dir: string): Promise<readonly string[]> {
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${dir}/tmp`)), [], "temporary files");
  const entries = await Array.fromAsync(Deno.readDir(`${dir}/out`)).catch(() => []);
  return entries.map(({ name }) => name).sort();
}

async function elfFile(dir: string, machine: number): Promise<string> {
  const header = new Uint8Array(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  new DataView(header.buffer).setUint16(18, machine, true);
  await Deno.writeFile(`${dir}/denort`, header);
  return `${dir}/denort`;
}

/** An environment in which no denort is cached and its host cannot be reached; what bundles is still there. */
async function withoutDenort(dir: string): Promise<Record<string, string>> {
  const { stdout } = await tryRun([Deno.execPath(), "info", "--json"]);
  const cache: string = JSON.parse(stdout).denoDir;
  await Deno.mkdir(`${dir}/deno/dl`, { recursive: true });
  for await (const { name } of Deno.readDir(`${cache}/dl`)) {
    if (name.startsWith("esbuild")) {
      await Deno.symlink(`${cache}/dl/${name}`, `${dir}/deno/dl/${name}`);
    }
  }
  return { DENO_DIR: `${dir}/deno`, HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "" };
}

Deno.test("a build makes the bundle and the script, and says their size and version", async () => {
  await withFolder(async (dir) => {
    const { code, stdout, stderr } = await build({ dir, args: ["--bundle-only"] });
    assert.equal(code, 0, stderr);
    assert.deepEqual(await made(dir), ["skerry.js", "skerry.sh"]);
    assert.match(stdout, /out\/skerry\.js: 0\.00 MB, is skerry \S+ on Deno \S+\n/);
    assert.equal((await Deno.stat(`${dir}/out/skerry.sh`)).mode! & 0o777, 0o755);
    assert.doesNotMatch(await Deno.readTextFile(`${dir}/out/skerry.js`), /as string/);
  });
});

Deno.test("a source map names the sources by their whole paths", async () => {
  await withFolder(async (dir) => {
    const { code, stderr } = await build({ dir, args: ["--bundle-only", "--source-map"] });
    assert.equal(code, 0, stderr);
    assert.deepEqual(await made(dir), ["skerry.js", "skerry.js.map", "skerry.sh"]);
    const { sources } = JSON.parse(await Deno.readTextFile(`${dir}/out/skerry.js.map`));
    assert.deepEqual(sources, [`${dir}/main.ts`]);
  });
});

Deno.test("without denort it says so for each architecture, and goes on", async () => {
  await withFolder(async (dir) => {
    const { code, stdout, stderr } = await build({ dir, env: await withoutDenort(dir) });
    assert.equal(code, 0, stderr);
    assert.deepEqual(await made(dir), ["skerry.js", "skerry.sh"]);
    for (const arch of ["x86_64", "aarch64"]) {
      const line = new RegExp(
        `skerry-${arch}: not made, no denort: DENORT_BIN is not set, and https://\\S+ cannot be reached`,
      );
      assert.match(stdout, line);
    }
  });
});

Deno.test("the whole Deno given as denort is found out, and nothing of it is kept", async () => {
  await withFolder(async (dir) => {
    const env = { DENORT_BIN: Deno.execPath() };
    const { code, stderr } = await build({ dir, args: ["--arch", HERE], env });
    assert.equal(code, 1);
    assert.match(stderr, /^build: DENORT_BIN=\S+ is not the denort of Deno 2\.\S+: .*answers/);
    assert.match(stderr, /unrecognized subcommand 'version'.*unset DENORT_BIN/s);
    assert.deepEqual(await made(dir), ["skerry.js", "skerry.sh"]);
  });
});

const other = HERE === "x86_64" ? "aarch64" : "x86_64";
const wrongDenorts: readonly (readonly [
  name: string,
  given: (dir: string) => Promise<string>,
  said: RegExp,
])[] = [
  ["a text file", () => Promise.resolve("/etc/passwd"), /is not an executable for x86_64 or aarch/],
  ["no file", (dir) => Promise.resolve(`${dir}/none`), /DENORT_BIN=\S+\/none: No such file/],
  ["a folder", (dir) => Promise.resolve(dir), /Is a directory/],
  ["for riscv64", (dir) => elfFile(dir, MACHINES.riscv64), /is not an executable for x86_64 or aa/],
];

for (const [name, given, said] of wrongDenorts) {
  Deno.test(`a DENORT_BIN that is ${name} stops the build before it begins`, async () => {
    await withFolder(async (dir) => {
      const { code, stderr } = await build({ dir, env: { DENORT_BIN: await given(dir) } });
      assert.equal(code, 1);
      assert.match(stderr, /^build: DENORT_BIN=/);
      assert.match(stderr, said);
      assert.deepEqual(await made(dir), []);
    });
  });
}

Deno.test("a DENORT_BIN for another machine than the one asked for is refused", async () => {
  await withFolder(async (dir) => {
    const env = { DENORT_BIN: await elfFile(dir, MACHINES[other]) };
    const { code, stderr } = await build({ dir, args: ["--arch", HERE], env });
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`is not an executable for ${HERE}\\n`));
  });
});

Deno.test("a program that does not know its version is no agent; the last bundle stays", async () => {
  await withFolder(async (dir) => {
    await build({ dir, args: ["--bundle-only"] });
    const before = await Deno.readTextFile(`${dir}/out/skerry.js`);
    const source = `console.log("hello")`;
    const { code, stderr } = await build({ dir, args: ["--bundle-only"], source });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /does not answer "version" with "skerry .*" but with exit code 0 and "hel/,
    );
    assert.equal(await Deno.readTextFile(`${dir}/out/skerry.js`), before);
    assert.deepEqual(await made(dir), ["skerry.js", "skerry.sh"]);
  });
});

Deno.test("source that cannot be bundled is told in Deno's words", async () => {
  await withFolder(async (dir) => {
    const { code, stderr } = await build({ dir, source: `import "./none.ts";` });
    assert.equal(code, 1);
    assert.match(stderr, /^build: deno bundle \S+ failed:\n.*none\.ts/s);
    assert.deepEqual(await made(dir), []);
  });
});

for (
  const [args, said] of [
    [["--fast"], /unknown option --fast; there are/],
    [["--arch", "armv7l"], /--arch needs one of x86_64, aarch64/],
    [["--out"], /--out needs a path/],
  ] as const
) {
  Deno.test(`the build refuses ${args.join(" ")}`, async () => {
    const { code, stderr } = await tryRun([Deno.execPath(), "run", "-qA", BUILD, ...args]);
    assert.equal(code, 1);
    assert.match(stderr, said);
  });
}

Deno.test("a denort in Deno's cache is found where deno compile looks for it", async () => {
  await withFolder(async (dir) => {
    const zip = `${dir}/dl/release/v9.9.9/denort-${target("aarch64")}.zip`;
    await Deno.mkdir(zip.slice(0, zip.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(zip, "");
    const sources = { given: "", denoDir: dir, denoVersion: "9.9.9" };
    assert.deepEqual(await findDenort("aarch64", sources), { kind: "cached" });
  });
});

for (
  const [said, bytes] of [
    ["Files: 850.2KB\nMetadata: 1KB", 850_200],
    ["Files: 1.5MB", 1_500_000],
    ["Files: 12B", 12],
    ["nothing of it", undefined],
  ] as const
) {
  Deno.test(`the embedded size is read from ${JSON.stringify(said)}`, () => {
    assert.equal(embeddedBytes(said), bytes);
  });
}
