/** What a program for credentials prints, and what is said of one that cannot be run. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import type { ExecPlugin } from "../../core/kube/exec_plugin.ts";
import { runExecPlugin } from "./run_exec_plugin.ts";

function run(changed: Partial<ExecPlugin>): Promise<string> {
  const plugin: ExecPlugin = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "/bin/sh",
    args: [],
    env: {},
    installHint: "apt-get install maker",
    provideClusterInfo: false,
    ...changed,
  };
  return runExecPlugin(plugin, {
    cluster: { server: "https://10.0.0.1:6443" },
    clock: fakeClock(),
  });
}

Deno.test("what the program prints is given, and it knows who asks", async () => {
  const args = ["-c", 'printf "%s %s" "$OWN" "$KUBERNETES_EXEC_INFO"'];
  assert.match(await run({ args, env: { OWN: "mine" } }), /^mine \{"kind":"ExecCredential"/);
});

Deno.test("one that fails is told of with what it wrote", async () => {
  await assert.rejects(run({ args: ["-c", "echo no login >&2; exit 3"] }), {
    name: "Unavailable",
    message: "/bin/sh gave no credential: exit code 3: no login",
  });
});

Deno.test("one that is not there is told of with the kubeconfig's hint", async () => {
  await assert.rejects(run({ command: "/no/such/maker" }), {
    name: "Unavailable",
    message: /^\/no\/such\/maker gave no credential: .*\(apt-get install maker\)$/,
  });
});

Deno.test({
  name: "one that the agent may not start is told of with the way out",
  permissions: { run: ["ctr"] },
  async fn() {
    await assert.rejects(run({}), {
      name: "Unavailable",
      message: "/bin/sh gave no credential: the agent may start no such program. Make " +
        "/etc/skerry/credential-plugin a link to it, and name that in the kubeconfig",
    });
  },
});
