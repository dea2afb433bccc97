/** An agent that is told to end while it still starts. */
import assert from "node:assert/strict";
import { agentArgv, labAgent } from "../lab/agent.ts";
import { startDaemon } from "../lab/daemon.ts";
import { startLab } from "../lab/lab.ts";
import { isAlive, signal, waitUntil } from "../lab/processes.ts";

/** From before the program listens for signals to after its start. */
const MOMENTS_MS = Array.from({ length: 12 }, (_, index) => 40 + 20 * index);

Deno.test("SIGTERM at any moment of its start ends the agent", async () => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  await agent.start();
  await agent.stop();
  const argv = lab.inside(agentArgv(["run", `--config=${agent.dir}/config.yaml`]));
  const env = { DENO_DIR: `${lab.workDir}/deno` };
  for (const ms of MOMENTS_MS) {
    const pid = await startDaemon({ argv, logPath: agent.logPath, env });
    await new Promise((resolve) => setTimeout(resolve, ms));
    signal(pid, "SIGTERM");
    assert.ok(
      await waitUntil(() => !isAlive(pid), { timeoutMs: 60_000 }),
      `${ms} ms after its start`,
    );
  }
});
