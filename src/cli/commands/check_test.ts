/** `skerry check` where something is wrong. */
import assert from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { startFakeAgent } from "../../../tests/fakes/control.ts";
import { temporaryFolder } from "../../../tests/fakes/temporary_folder.ts";
import type { Finding } from "../../core/node/preflight.ts";
import { ExitCode } from "../exit_codes.ts";

const nowhere = ["check", "--container-runtime-endpoint", "unix:///nowhere/containerd.sock"];

Deno.test("a runtime that is not there is an error, with what to do", async () => {
  const { code, stdout, stderr } = await runCommand(nowhere);
  assert.equal(code, ExitCode.failure);
  assert.equal(stderr, "");
  assert.match(stdout, /^CHECK\s+RESULT\s+DETAIL\n/);
  assert.match(stdout, /^runtime\s+error\s+no container runtime answers at unix:\/\/\/nowhere/m);
  assert.match(stdout, /\nWhat to do:\n(.*\n)* {2}runtime: install and start containerd/);
  assert.ok(!stdout.includes("\x1b"));
});

Deno.test("programs get the findings as JSON", async () => {
  const { code, stdout } = await runCommand([...nowhere, "-o", "json"]);
  assert.equal(code, ExitCode.failure);
  const { verdict, findings } = JSON.parse(stdout) as {
    verdict: string;
    findings: readonly Finding[];
  };
  assert.equal(verdict, "error");
  assert.equal(findings.find(({ name }) => name === "runtime")?.verdict, "error");
});

Deno.test("a configuration that is wrong is told before anything is checked", async () => {
  const { code, stdout } = await runCommand(["check", "--container-runtime-endpoint", "tcp://x"]);
  assert.equal(code, ExitCode.configuration);
  assert.equal(stdout, "");
});

Deno.test("what keeps the agent from starting is found beforehand", async () => {
  using dir = temporaryFolder();
  const file = `${dir.path}/file`;
  await Deno.writeTextFile(file, "");
  const detailsOf = async (...flags: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await runCommand([...nowhere, "-o", "json", ...flags]);
    const findings: readonly Finding[] = JSON.parse(stdout).findings;
    return findings.filter(({ name }) => name === "rootDir" || name === "resolvConf")
      .map(({ verdict, detail }) => `${verdict}: ${detail}`);
  };
  assert.deepEqual(await detailsOf("--root-dir", `${file}/root`, "--resolv-conf", `${file}/none`), [
    `error: ${file}/root cannot be used: ${file} is not a directory`,
    `error: ${file}/none cannot be read: Not a directory (os error 20): readfile '${file}/none'`,
  ]);
  assert.deepEqual(await detailsOf("--root-dir", `${dir.path}/new/root`, "--resolv-conf", file), [
    `ok: ${dir.path}/new/root`,
    `ok: ${file}`,
  ]);
  assert.deepEqual(await detailsOf("--root-dir", dir.path, "--resolv-conf", ""), [
    `ok: ${dir.path}`,
  ]);
});

Deno.test("a kubeconfig that cannot be used is told before anything is checked", async () => {
  const { code, stderr } = await runCommand([...nowhere, "--kubeconfig", "/nowhere/kube.conf"]);
  assert.equal(code, ExitCode.configuration);
  assert.match(stderr, /--kubeconfig: \/nowhere\/kube\.conf cannot be read/);
});

Deno.test("check --reboot asks the agent which pods would come back", async () => {
  const lacking = {
    namespace: "default",
    name: "b",
    missing: 'image "x" is not there',
    warning: "",
  };
  const late = { ...lacking, name: "c", missing: "", warning: "its token expires" };
  const pods = [{ ...lacking, name: "a", missing: "" }, lacking, late];
  await using agent = await startFakeAgent({ rebootReadiness: () => Promise.resolve(pods) });
  const { code, stdout } = await runCommand(["check", "--reboot", "--socket", agent.socket]);
  assert.equal(code, ExitCode.failure);
  assert.deepEqual(stdout.trimEnd().split("\n").map((line) => line.split(/\s{2,}/)), [
    ["NAMESPACE", "NAME", "RESULT", "DETAIL"],
    ["default", "a", "ok", "comes back"],
    ["default", "b", "error", 'image "x" is not there'],
    ["default", "c", "warning", "its token expires"],
  ]);
  const flags = ["check", "--reboot", "-o", "json", "--socket", agent.socket];
  assert.deepEqual(JSON.parse((await runCommand(flags)).stdout), { pods });
});

Deno.test("check --reboot without an agent says so", async () => {
  const { code, stderr } = await runCommand(["check", "--reboot", "--socket", "/nowhere/a.sock"]);
  assert.equal(code, ExitCode.unreachable);
  assert.match(stderr, /\/nowhere\/a\.sock/);
});

Deno.test("check --reboot of a node where all pods come back succeeds", async () => {
  await using agent = await startFakeAgent();
  const { code, stdout } = await runCommand(["check", "--reboot", "--socket", agent.socket]);
  assert.deepEqual([code, stdout], [ExitCode.ok, "No pods are to run on this node.\n"]);
});
