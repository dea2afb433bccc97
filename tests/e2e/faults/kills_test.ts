/** An agent that is killed again and again while pods start. */
import assert from "node:assert/strict";
import { untilRow } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { idsIn } from "../traces.ts";
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
      assert.equal((await idsIn(lab, { uid, kind: "sandbox" })).length, 1, killedAt);
      assert.equal((await idsIn(lab, { uid, kind: "container" })).length, 1, killedAt);
    }
    const { stdout } = await lab.ctr([
      ...["containers", "list", "--quiet", 'labels."io.cri-containerd.kind"==sandbox'],
    ]);
    const sandboxes = stdout.split("\n").filter(Boolean);
    assert.equal(sandboxes.length, pods.length + 1, `${killedAt}; ${live.join()}`);
  });
});
