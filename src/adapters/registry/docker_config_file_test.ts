/** The file of registry credentials on a real disk; a bad one stops no pull and gives no secret away. */
import assert from "node:assert/strict";
import { type FakeLog, fakeLog } from "../../../tests/fakes/log.ts";
import type { RegistryCredentials } from "../../ports/registry_credentials.ts";
import { dockerConfigFile } from "./docker_config_file.ts";

interface Stage {
  readonly path: string;
  readonly log: FakeLog;
  readonly credentials: RegistryCredentials;
}

function test(name: string, run: (stage: Stage) => Promise<void>): void {
  Deno.test(`docker config file: ${name}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "skerry-registry-" });
    const path = `${folder}/config.json`;
    const log = fakeLog();
    try {
      await run({ path, log, credentials: dockerConfigFile({ path, log }) });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const image = "registry.example.com/app:1";
const good = '{"auths": {"registry.example.com": {"username": "ann", "password": "hunter2"}}}';

test("no file is no trouble", async ({ credentials, log }) => {
  assert.deepEqual(await credentials.forImage(image), []);
  assert.deepEqual(log.records, []);
});

test("all who ask at once get the credentials", async ({ path, credentials }) => {
  await Deno.writeTextFile(path, good);
  const answers = await Promise.all([1, 2, 3].map(() => credentials.forImage(image)));
  for (const answer of answers) {
    assert.deepEqual(answer, [{ username: "ann", password: "hunter2" }]);
  }
});

test("an image whose name makes no sense has no credentials", async ({ path, credentials }) => {
  await Deno.writeTextFile(path, good);
  assert.deepEqual(await credentials.forImage("registry.example.com/APP"), []);
});

test("a bad file is one warning with its place, no secrets, and no credentials", async ({ path, log, credentials }) => {
  await Deno.writeTextFile(path, good.replace("}}}", "} hunter2"));
  for (const _ of [1, 2, 3]) assert.deepEqual(await credentials.forImage(image), []);
  assert.deepEqual(log.messages("warn"), ["Registry credentials cannot be used, pulling without"]);
  assert.equal(log.records[0]?.fields["path"], path);
  assert.match(String(log.records[0]?.fields["problem"]), /^line 1, column \d+: not valid JSON$/);
  assert.ok(!JSON.stringify(log.records).includes("hunter2"));
  await Deno.writeTextFile(path, good);
  assert.equal((await credentials.forImage(image)).length, 1);
});

test("what is no file, or far too big, is not read", async ({ path, log, credentials }) => {
  await Deno.mkdir(path);
  assert.deepEqual(await credentials.forImage(image), []);
  await Deno.remove(path);
  await Deno.writeTextFile(path, "");
  await Deno.truncate(path, 50 * 1024 * 1024);
  assert.deepEqual(await credentials.forImage(image), []);
  await Deno.remove(path);
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert.ok(success);
  assert.deepEqual(await credentials.forImage(image), []);
  assert.equal(log.messages("warn").length, 3);
});

test("programs that keep credentials are named as not asked", async ({ path, log, credentials }) => {
  await Deno.writeTextFile(path, '{"credsStore": "pass"}');
  await credentials.forImage(image);
  await credentials.forImage(image);
  assert.deepEqual(log.records.map(({ fields }) => fields["fields"]), ["credsStore"]);
});
