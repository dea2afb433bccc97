/** Each permission of deploy/runtime.ts is needed: without it the agent does not start, or says what it could not do. */
import assert from "node:assert/strict";
import { denoRunArgs, PERMISSIONS } from "../../deploy/runtime.ts";
import { BUNDLE, labAgent } from "../lab/agent.ts";
import { busyboxImage, writeImageArchive } from "../lab/images.ts";
import { startLab } from "../lab/lab.ts";
import { tryRun } from "../lab/run.ts";

/** A kubeconfig whose credential a shell makes. */
const askingShell = {
  apiVersion: "v1",
  kind: "Config",
  "current-context": "it",
  contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
  clusters: [{ name: "it", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{
    name: "it",
    user: {
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "/bin/sh",
        interactiveMode: "Never",
      },
    },
  }],
};

Deno.test("no permission of the agent is superfluous, and none is missing", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  let runs = 0;

  /** What the agent says with these permissions in the seconds it takes to start and to import an image that is new to it. */
  async function says(
    permissions: readonly string[],
    flags: readonly string[] = [],
  ): Promise<string> {
    const image = await busyboxImage(`skerry.test/permissions:${++runs}`);
    await writeImageArchive(image, { path: `${agent.imagesDir}/image.tar` });
    const args = denoRunArgs(BUNDLE).filter((arg) =>
      !PERMISSIONS.includes(arg) || permissions.includes(arg)
    );
    const run = ["run", `--config=${agent.dir}/config.yaml`, "--hostname-override=node", ...flags];
    const { stdout, stderr } = await tryRun(
      lab.inside([
        ...["timeout", "--preserve-status", "8", Deno.execPath()] as const,
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
  await t.step(
    "a program that is not on the list is not started, and the way out is named",
    async () => {
      const kubeconfig = `${agent.dir}/kubeconfig`;
      await Deno.writeTextFile(kubeconfig, JSON.stringify(askingShell));
      const said = await says(PERMISSIONS, [`--kubeconfig=${kubeconfig}`]);
      assert.match(said, /\/bin\/sh gave no credential: .*\/etc\/skerry\/credential-plugin/);
    },
  );
  for (const permission of PERMISSIONS.filter((each) => each.startsWith("--allow-"))) {
    await t.step(`without ${permission} it does not work`, async () => {
      const said = await says(PERMISSIONS.filter((each) => each !== permission));
      const [, wanted] = /^--allow-(\w+)/.exec(permission) ?? [];
      assert.match(said, new RegExp(`Requires ${wanted} access`), said);
    });
  }
});
