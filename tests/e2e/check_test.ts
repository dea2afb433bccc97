/** `skerry check` on a private containerd: one that is ready, then one whose pod network is not set up. */
import assert from "node:assert/strict";
import { ExitCode } from "../../src/cli/exit_codes.ts";
import type { Finding } from "../../src/core/node/preflight.ts";
import { runCommand } from "../fakes/command_line.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { waitUntil } from "../lab/processes.ts";

/** The configuration allows what the test machine may be. */
const config = `
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
failSwapOn: false
`;

async function check(lab: Lab): Promise<{ code: number; findings: readonly Finding[] }> {
  const path = `${lab.workDir}/config.yaml`;
  await Deno.writeTextFile(path, config);
  const { code, stdout, stderr } = await runCommand([
    ...["check", "-o", "json", "--config", path, "--root-dir", lab.workDir],
    ...["--container-runtime-endpoint", lab.endpoint],
  ]);
  assert.equal(stderr, "");
  return { code, findings: JSON.parse(stdout).findings };
}

Deno.test("a machine with a runtime and a pod network passes, one without the network does not", async () => {
  await using lab = await startLab();
  const first = await check(lab);
  assert.deepEqual(first.findings.filter(({ verdict }) => verdict === "error"), []);
  assert.equal(first.code, ExitCode.ok);
  assert.match(
    first.findings.find(({ name }) => name === "runtime")?.detail ?? "",
    /^containerd \S+ at unix:\/\/.+containerd\.sock$/,
  );

  await Deno.remove(`${lab.root}/cni/net.d`, { recursive: true });
  await Deno.mkdir(`${lab.root}/cni/net.d`);
  await lab.containerd.kill();
  await lab.containerd.start();
  const network = async (): Promise<boolean> =>
    (await check(lab)).findings.some(({ name, verdict }) =>
      name === "network" && verdict === "error"
    );
  assert.ok(await waitUntil(network, { timeoutMs: 60_000, intervalMs: 100 }));
  assert.equal((await check(lab)).code, ExitCode.failure);
});
