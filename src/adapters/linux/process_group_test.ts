/** Ends real processes. */
import assert from "node:assert/strict";
import { killProcessGroup } from "./process_group.ts";

Deno.test("a process is ended with what it has started, and may have ended by itself", async () => {
  const command = new Deno.Command("/bin/sh", {
    // What the shell starts holds its output open for a minute.
    args: ["-c", "sleep 60 & echo started; wait"],
    stdout: "piped",
    detached: true,
  });
  const child = command.spawn();
  const reader = child.stdout.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "started\n");
  killProcessGroup(child.pid);
  assert.equal((await reader.read()).done, true);
  assert.equal((await child.status).signal, "SIGKILL");
  killProcessGroup(child.pid);
});
