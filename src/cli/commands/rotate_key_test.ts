/** `skerry rotate-key`. */
import { deepEqual } from "node:assert/strict";
import { runCommand } from "../../../tests/fakes/command_line.ts";
import { startFakeAgent } from "../../../tests/fakes/control.ts";
import { Invalid } from "../../ports/errors.ts";
import { ExitCode } from "../exit_codes.ts";

Deno.test("rotate-key says where the new key is and how much it seals", async () => {
  const rotateKey = () => Promise.resolve({ sealed: 7, path: "/var/lib/skerry/store.key" });
  await using agent = await startFakeAgent({ rotateKey });
  deepEqual(await runCommand(["rotate-key", "--socket", agent.socket]), {
    code: ExitCode.ok,
    stdout: "New key in /var/lib/skerry/store.key; Secrets and tokens sealed anew: 7\n",
    stderr: "",
  });
});

Deno.test("a key that is not the agent's to replace is refused with what to do", async () => {
  const rotateKey = () => Promise.reject(new Invalid("the key is a systemd credential"));
  await using agent = await startFakeAgent({ rotateKey });
  deepEqual(await runCommand(["rotate-key", "--socket", agent.socket]), {
    code: ExitCode.failure,
    stdout: "",
    stderr: "skerry: the key is a systemd credential\n",
  });
});
