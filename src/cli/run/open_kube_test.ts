/** A node belongs to a cluster where a kubeconfig says so, and starts without the server. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { fakeLog } from "../../../tests/fakes/log.ts";
import { fakeRandom } from "../../../tests/fakes/random.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import { nodes } from "../../core/kube/resource.ts";
import { PortError } from "../../ports/errors.ts";
import { CliError } from "../command.ts";
import { ExitCode } from "../exit_codes.ts";
import { openKube } from "./open_kube.ts";

const ports = { clock: fakeClock(), random: fakeRandom(), log: fakeLog() };

function open(kubeconfig: string | undefined, bootstrapKubeconfig?: string) {
  return openKube({ kubeconfig, bootstrapKubeconfig }, ports, { wasNode: false });
}

async function refusal(kubeconfig: string, bootstrapKubeconfig?: string): Promise<CliError> {
  const error = await open(kubeconfig, bootstrapKubeconfig).catch((error: unknown) => error);
  assert(error instanceof CliError);
  assert.equal(error.exitCode, ExitCode.configuration);
  return error;
}

Deno.test("no kubeconfig, no cluster", async () => {
  assert.equal(await open(undefined), null);
});

Deno.test("the server need not be there at start", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/kube.conf`;
  await Deno.writeTextFile(
    path,
    `{clusters: [{name: c, cluster: {server: "https://127.0.0.1:9"}}],
      contexts: [{name: x, context: {cluster: c}}], current-context: x}`,
  );
  const kube = await open(path);
  assert(kube !== null);
  kube.close();
});

Deno.test("a kubeconfig that is not there, or is none, is an error with its place", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/kube.conf`;
  assert.match((await refusal(path)).message, /--kubeconfig: .*kube\.conf cannot be read/);
  await Deno.writeTextFile(path, "clusters: {}\n");
  assert.match((await refusal(path)).message, /kube\.conf:1:1: clusters: expected a list/);
  assert.match((await refusal(path, "/b.conf")).message, /expected a list/);
});

Deno.test("with a bootstrap kubeconfig it may come later", async () => {
  using folder = temporaryFolder();
  const kube = await open(`${folder.path}/kube.conf`, `${folder.path}/bootstrap.conf`);
  assert(kube !== null);
  kube.close();
});

Deno.test("a machine that was a node before starts with any, and tells what is wrong", async () => {
  using folder = temporaryFolder();
  const log = fakeLog();
  const broken = `${folder.path}/broken.conf`;
  await Deno.writeTextFile(broken, "clusters: {");
  for (const kubeconfig of [broken, `${folder.path}/gone.conf`]) {
    const kube = await openKube(
      { kubeconfig, bootstrapKubeconfig: undefined },
      { ...ports, log },
      { wasNode: true },
    );
    assert(kube !== null);
    await assert.rejects(kube.get({ resource: nodes, name: "edge-1" }), PortError);
    kube.close();
  }
  assert.equal(log.messages("error").length, 2);
});
