/** Logs of a real folder: what lies in it is read, what lies outside is not, whatever links lead there. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { Failed } from "../../ports/errors.ts";
import { systemLogs } from "./system_logs.ts";

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const each of bytes) text += decoder.decode(each, { stream: true });
  return text;
}

function stage() {
  const folder = temporaryFolder();
  const log = `${folder.path}/log`;
  Deno.mkdirSync(`${log}/pods/a`, { recursive: true });
  Deno.writeTextFileSync(`${log}/pods/a/0.log`, "0123456789");
  Deno.writeTextFileSync(`${log}/large`, "x".repeat(200_000));
  Deno.writeTextFileSync(`${folder.path}/secret`, "sesame");
  return { folder, log, logs: systemLogs({ folder: log }) };
}

Deno.test("a folder's entries are listed by name, and files are read piece by piece", async () => {
  const { folder, logs } = stage();
  using _folder = folder;
  const top = await logs.at("");
  assert.ok(top?.kind === "Directory");
  assert.deepEqual(top.entries, [
    { name: "large", isDirectory: false },
    { name: "pods", isDirectory: true },
  ]);
  const file = await logs.at("pods/a/0.log");
  assert.ok(file?.kind === "File");
  assert.equal(file.size, 10);
  assert.equal(await textOf(file.read({ start: 2, end: 5 })), "234");
  const large = await logs.at("large");
  assert.ok(large?.kind === "File");
  assert.equal((await textOf(large.read({ start: 0, end: large.size }))).length, 200_000);
  assert.equal(await logs.at("none"), null);
});

Deno.test("links inside of the folder are followed, and none that leads out of it", async () => {
  const { folder, log, logs } = stage();
  using _folder = folder;
  Deno.symlinkSync("pods/a/0.log", `${log}/inside`);
  Deno.symlinkSync(`${folder.path}/secret`, `${log}/outside`);
  Deno.symlinkSync("../secret", `${log}/relative`);
  Deno.symlinkSync("/", `${log}/root`);
  Deno.symlinkSync("nowhere", `${log}/broken`);
  const inside = await logs.at("inside");
  assert.ok(inside?.kind === "File");
  assert.equal(await textOf(inside.read({ start: 0, end: inside.size })), "0123456789");
  for (const path of ["outside", "relative", "root", "root/etc/passwd", "broken", "../secret"]) {
    assert.equal(await logs.at(path), null, path);
  }
});

Deno.test("a file that becomes a link out of the folder while it is read is read no further", async () => {
  const { folder, log, logs } = stage();
  using _folder = folder;
  const file = await logs.at("large");
  assert.ok(file?.kind === "File");
  const reading = file.read({ start: 0, end: file.size })[Symbol.asyncIterator]();
  assert.equal((await reading.next()).done, false);
  Deno.removeSync(`${log}/large`);
  Deno.symlinkSync(`${folder.path}/secret`, `${log}/large`);
  await assert.rejects(reading.next(), Failed);
});

Deno.test("what is neither a file nor a folder is not opened: a pipe would wait for a writer", async () => {
  const { folder, log, logs } = stage();
  using _folder = folder;
  await new Deno.Command("mkfifo", { args: [`${log}/pipe`] }).output();
  await assert.rejects(logs.at("pipe"), Failed);
});
