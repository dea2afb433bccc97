/** An agent that is killed again and again while pods start. */
import assert from "node:assert/strict";
import { until, untilRow } from "../expect.ts";
import type { Lab } from "../../lab/lab.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { idsIn, runningIn } from "../traces.ts";
import { startStage } from "./stage.ts";

const pods = ["a", "b", "c", "d", "e"];
const kills = 10;

Deno.test("ten kills of the agent during starts leave each pod one sandbox and one container", async (t) => {
  await using stage = await startStage();
  const { agent, lab } = stage;
  const moments: number[] = [];

  await stage.step(t, "killed", async () => {
    await agent.kill();
    for (let kill = 0; kill < kills; kill++) {
      // Two pods are new in each round, in content and so in UID: something is always about to start or end.
      for (const index of [kill, kill + 2]) {
        const name = pods[index % pods.length] ?? "";
        await agent.apply(`${name}.yaml`, scriptPod(name, `: ${kill}; ${FOREVER}`));
      }
      if (kill === 0) {
        for (const name of pods) await agent.apply(`${name}.yaml`, scriptPod(name, FOREVER));
      }
      await agent.start();
      const ms = Math.round(Math.random() * 700);
      moments.push(ms);
      await new Promise((resolve) => setTimeout(resolve, ms));
      await agent.kill();
    }
    await agent.start();
    const killedAt = `killed after ${moments.join(", ")} ms`;
    const live: string[] = [];
    for (const name of pods) {
      const pod = await untilRow(agent, `${name}-edge-1`, "1/1 Running");
      live.push(pod.metadata.uid);
      const { uid } = pod.metadata;
      await until(
        `one sandbox is left, ${killedAt}`,
        async () => (await idsIn(lab, { uid, kind: "sandbox" })).length === 1,
      );
      assert.equal((await runningIn(lab, uid)).length, 1, killedAt);
    }
    await until(
      `nothing is left of pods that were given up, ${killedAt}; ${live.join()}`,
      async () => (await allSandboxes(lab)).length === pods.length + 1,
    );
  });
});

async function allSandboxes(lab: Lab): Promise<readonly string[]> {
  const filter = 'labels."io.cri-containerd.kind"==sandbox';
  const { stdout } = await lab.ctr(["containers", "list", "--quiet", filter]);
  return stdout.split("\n").filter(Boolean);
}
