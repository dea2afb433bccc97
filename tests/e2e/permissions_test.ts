/** Each permission of deploy/runtime.ts is needed: without it the agent does not start, or says what it could not do. */
import assert from "node:assert/strict";
import { denoRunArgs, PERMISSIONS } from "../../deploy/runtime.ts";
import { BUNDLE, labAgent } from "../lab/agent.ts";
import { busyboxImage, writeImageArchive } from "../lab/images.ts";
import { startLab } from "../lab/lab.ts";
import { tryRun } from "../lab/run.ts";

Deno.test("no permission of the agent is superfluous, and none is missing", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  let runs = 0;

  /** What the agent says with these permissions in the seconds it takes to start and to import an image that is new to it. */
  async function says(permissions: readonly string[]): Promise<string> {
    const image = await busyboxImage(`skerry.test/permissions:${++runs}`);
    await writeImageArchive(image, { path: `${agent.imagesDir}/image.tar` });
    const args = denoRunArgs(BUNDLE).filter((arg) =>
      !PERMISSIONS.includes(arg) || permissions.includes(arg)
    );
    const run = ["run", `--config=${agent.dir}/config.yaml`, "--hostname-override=node"];
    const { stdout, stderr } = await tryRun(
      lab.inside([
        ...["timeout", "--preserve-status", "4", Deno.execPath()] as const,
        ...args,
        ...run,
      ]),
      { env: { DENO_DIR: `${lab.workDir}/deno`, NO_COLOR: "1" } },
    );
    return stdout + stderr;
  }

  await t.step("with all of them nothing is refused", async () => {
    const said = await says(PERMISSIONS);
    assert.match(said, /Imported an image archive/);
    assert.doesNotMatch(said, /NotCapable|Requires \w+ access/);
  });
  for (const permission of PERMISSIONS.filter((each) => each.startsWith("--allow-"))) {
    await t.step(`without ${permission} it does not work`, async () => {
      const said = await says(PERMISSIONS.filter((each) => each !== permission));
      const [, wanted] = /^--allow-(\w+)/.exec(permission) ?? [];
      assert.match(said, new RegExp(`Requires ${wanted} access`), said);
    });
  }
});
