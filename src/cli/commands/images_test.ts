/** `skerry images import`: what it hands to the agent and what it says of each archive. */
import { deepEqual, equal, match } from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { startFakeAgent } from "../../../tests/fakes/control.ts";
import { Invalid } from "../../ports/errors.ts";
import { ExitCode } from "../exit_codes.ts";

/** A folder with three archives, a file that is none and a folder. */
async function archives(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "skerry-images-" }));
  for (const name of ["b.tar", "a.tar.zst", "c.tgz", "notes.txt"]) {
    await Deno.writeFile(`${path}/${name}`, new Uint8Array(2_500_000));
  }
  await Deno.mkdir(`${path}/more`);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Names an image after its archive. */
function nameAfter(path: string): Promise<readonly string[]> {
  return Promise.resolve([`example.org/${path.slice(path.lastIndexOf("/") + 1, -4)}:1`]);
}

Deno.test("one archive, whatever it is called", async () => {
  await using folder = await archives();
  const asked: string[] = [];
  const importImage = (path: string) => {
    asked.push(path);
    return Promise.resolve(["a:1", "b:\x1b[2J"]);
  };
  await using agent = await startFakeAgent({ importImage });
  const file = `${folder.path}/more/../notes.txt`;
  const ran = await runCommand(["images", "import", file, "--socket", agent.socket]);
  deepEqual(ran, { code: 0, stdout: "a:1\nb:\\x1b[2J\n", stderr: "" });
  deepEqual(asked, [`${folder.path}/notes.txt`]);
});

Deno.test("the archives of a folder in the order of their names", async () => {
  await using folder = await archives();
  await using agent = await startFakeAgent({ importImage: nameAfter });
  const ran = await runCommand(["images", "import", folder.path, "--socket", agent.socket]);
  deepEqual(ran, {
    code: 0,
    stdout: "example.org/a.tar:1\nexample.org/b:1\nexample.org/c:1\n",
    stderr: "",
  });
});

Deno.test("an archive that is none does not keep the others from being imported", async () => {
  await using folder = await archives();
  const importImage = (path: string) =>
    path.endsWith("b.tar") ? Promise.reject(new Invalid(`${path}: no archive`)) : nameAfter(path);
  await using agent = await startFakeAgent({ importImage });
  deepEqual(await runCommand(["images", "import", folder.path, "--socket", agent.socket]), {
    code: ExitCode.failure,
    stdout: "example.org/a.tar:1\nexample.org/c:1\n",
    stderr: `skerry: cannot import ${folder.path}/b.tar: no archive\n`,
  });
});

Deno.test("links to nowhere and folders do not keep the others from being imported", async () => {
  await using folder = await archives();
  await Deno.symlink("nowhere", `${folder.path}/b0.tar`);
  await Deno.symlink("loop.tar", `${folder.path}/loop.tar`);
  await Deno.mkdir(`${folder.path}/folder.tar`);
  const importImage = (path: string) =>
    /(b0|loop)\.tar$/.test(path) ? Promise.reject(new Invalid(`${path}: gone`)) : nameAfter(path);
  await using agent = await startFakeAgent({ importImage });
  const ran = await runCommand(["images", "import", folder.path, "--socket", agent.socket]);
  equal(ran.stdout, "example.org/a.tar:1\nexample.org/b:1\nexample.org/c:1\n");
  const failures = ["b0", "loop"].map((name) => `cannot import ${folder.path}/${name}.tar: gone\n`);
  deepEqual([ran.code, ran.stderr], [ExitCode.failure, `skerry: ${failures.join("")}`]);
});

Deno.test("a terminal shows what is under way in a line that goes away again", async () => {
  await using folder = await archives();
  await using agent = await startFakeAgent({ importImage: nameAfter });
  const file = `${folder.path}/b.tar`;
  const args = ["images", "import", file, "--socket", agent.socket];
  const { stderr } = await runCommand(args, { terminal: true });
  equal(stderr, `\r\x1b[K${`Importing ${file}, 2.5 MB`.slice(0, 79)}\r\x1b[K`);
});

Deno.test("where there is nothing to import", async () => {
  await using folder = await archives();
  const run = (path: string) => runCommand(["images", "import", path, "--socket", "/none"]);
  deepEqual(await run(`${folder.path}/gone.tar`), {
    code: ExitCode.notFound,
    stdout: "",
    stderr: `skerry: there is no ${folder.path}/gone.tar\n`,
  });
  const empty = await run(`${folder.path}/more`);
  equal(empty.code, ExitCode.notFound);
  match(empty.stderr, /^skerry: no image archive in \S+\nhint: archives are taken by their names/);
});
