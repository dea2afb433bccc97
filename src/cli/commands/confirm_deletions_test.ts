/** `skerry confirm-deletions`. */
import { deepEqual } from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { startFakeAgent } from "../../../tests/fakes/control.ts";
import { ExitCode } from "../exit_codes.ts";

const cases = [
  { pods: [], stdout: "No deletions are held.\n" },
  { pods: ["default/a", "b/c"], stdout: "Ending pod default/a\nEnding pod b/c\n" },
];

for (const { pods, stdout } of cases) {
  Deno.test(`confirm-deletions names ${pods.length} pods that end`, async () => {
    await using agent = await startFakeAgent({ confirmDeletions: () => Promise.resolve(pods) });
    const result = await runCommand(["confirm-deletions", "--socket", agent.socket]);
    deepEqual(result, { code: ExitCode.ok, stdout, stderr: "" });
  });
}
