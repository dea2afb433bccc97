/** A runtime that goes away in the middle of starts. */
import assert from "node:assert/strict";
import { containerOf, succeed, until, untilRow } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { idsIn, runningIn } from "../traces.ts";
import { startStage } from "./stage.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const names = ["one", "two", "three"];

Deno.test("a containerd that is away in the middle of starts costs the starts some time, and nothing else", async (t) => {
  await using stage = await startStage();
  const { agent, lab } = stage;

  async function startedOnce(prefix: string): Promise<void> {
    for (const name of names) {
      const pod = await untilRow(agent, `${prefix}-${name}-edge-1`, "1/1 Running");
      const { uid } = pod.metadata;
      // A start that was cut off in its last step counts as a run that failed.
      assert.ok(containerOf(pod).restartCount <= 1);
      await until(
        "what was cut off is cleared away",
        async () => (await idsIn(lab, { uid, kind: "sandbox" })).length === 1,
      );
      assert.equal((await runningIn(lab, uid)).length, 1);
    }
  }

  async function outage({ prefix, ms }: { prefix: string; ms: number }): Promise<void> {
    await Promise.all(
      names.map((name) => agent.apply(`${name}.yaml`, scriptPod(`${prefix}-${name}`, FOREVER))),
    );
    await sleep(150);
    await lab.containerd.kill();
    await until("the status says it", async () => {
      const { stdout } = await succeed(agent, ["status"]);
      return stdout.includes("does not answer");
    });
    assert.match((await succeed(agent, ["pods"])).stdout, /bystander-edge-1 +1\/1 +Running/);
    await sleep(ms);
    await lab.containerd.start();
    await startedOnce(prefix);
  }

  await stage.step(t, "for 60 s", async () => {
    await outage({ prefix: "long", ms: 60_000 });
    const told = await stage.complaints();
    assert.equal(told.length, 1, JSON.stringify(told, null, 1));
  });

  await stage.step(t, "again and again for a moment", async () => {
    for (const prefix of ["first", "second", "third"]) await outage({ prefix, ms: 500 });
  });
});
