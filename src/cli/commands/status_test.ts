/** `skerry status` for people and for programs. */
import { deepEqual, equal } from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { idleStatus, startFakeAgent } from "../../../tests/fakes/control.ts";
import { Unavailable } from "../../ports/errors.ts";
import { ExitCode } from "../exit_codes.ts";

Deno.test("the status is shown in words", async () => {
  await using agent = await startFakeAgent();
  const { code, stdout } = await runCommand(["status", "--socket", agent.socket]);
  equal(code, ExitCode.ok);
  equal(stdout.split("\n")[0], "Node      pi-1");
});

Deno.test("programs get the whole status, with times as texts", async () => {
  const pull = { image: "busybox:1", startedAt: idleStatus.startedAt, doneBytes: 1, totalBytes: 2 };
  const certificates = [
    { name: "client" as const, expiresAt: idleStatus.startedAt, problem: "" },
    { name: "serving" as const, expiresAt: null, problem: "" },
  ];
  const heldDeletions = {
    reason: "OlderData" as const,
    since: idleStatus.startedAt,
    pods: [],
    message: "",
  };
  const status = () =>
    Promise.resolve({ ...idleStatus, certificates, pulls: [pull], heldDeletions });
  await using agent = await startFakeAgent({ status });
  const { stdout } = await runCommand(["status", "-o", "json", "--socket", agent.socket]);
  const startedAt = "2026-01-01T00:00:00Z";
  deepEqual(JSON.parse(stdout), {
    ...idleStatus,
    startedAt,
    clock: { now: "2026-01-01T01:30:00Z", machine: "2026-01-01T01:30:00Z", isSynchronised: true },
    certificates: [{ ...certificates[0], expiresAt: startedAt }, certificates[1]],
    pulls: [{ ...pull, startedAt }],
    heldDeletions: { ...heldDeletions, since: startedAt },
  });
});

Deno.test("an agent that cannot tell its status says why", async () => {
  const status = () => Promise.reject(new Unavailable("the runtime does not answer"));
  await using agent = await startFakeAgent({ status });
  deepEqual(await runCommand(["status", "--socket", agent.socket]), {
    code: ExitCode.failure,
    stdout: "",
    stderr: "skerry: the runtime does not answer\n",
  });
});
