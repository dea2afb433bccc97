/** The lab's registry: what is pushed can be pulled, with a login where one is asked for, and not during an outage. */
import assert from "node:assert/strict";
import { startLab } from "../lab/lab.ts";
import { REGISTRY_LOGIN, startRegistry } from "../lab/registry.ts";

Deno.test("a lab's registries serve what was pushed to them", async (t) => {
  await using lab = await startLab();
  const pull = (name: string, ...flags: string[]) =>
    lab.ctr(["images", "pull", "--plain-http", ...flags, name]);
  await t.step("without login", async () => {
    const registry = await startRegistry(lab);
    const name = await registry.push(lab.images.busybox, { repository: "team/app:1" });
    assert.equal(name, "127.0.0.1:5000/team/app:1");
    await pull(name);
    await registry.stop();
    await assert.rejects(pull(name), /connection refused/);
    await registry.start();
    await pull(name);
  });
  await t.step("with login", async () => {
    const registry = await startRegistry(lab, { port: 5001, login: true });
    const name = await registry.push(lab.images.busybox, { repository: "private/app:1" });
    await assert.rejects(pull(name), /401|authorization failed/);
    await pull(name, "--user", `${REGISTRY_LOGIN.username}:${REGISTRY_LOGIN.password}`);
  });
});
