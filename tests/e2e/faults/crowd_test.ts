/** A pod with 1,000 containers: it is run like any other, and no other pod is the worse for it. */
import assert from "node:assert/strict";
import { findPod, until, untilPod, untilRow } from "../expect.ts";
import { container, FOREVER, manifest, scriptPod } from "../manifest.ts";
import { idsIn, runningIn, tracesOf } from "../traces.ts";
import { startStage } from "./stage.ts";

/** So many run after some 15 s; all of them take more than two minutes, and as long to end. */
const enough = 120;

Deno.test("a pod with 1,000 containers is run, and can be deleted in the middle of its start", async (t) => {
  await using stage = await startStage();
  const { agent, lab } = stage;
  let uid = "";

  await stage.step(t, "others start while it does", async () => {
    const containers = Array.from(
      { length: 1_000 },
      (_, index) => container(`c${index}`, "", { command: ["sleep", "100000"] }),
    );
    const crowd = manifest("crowd", { containers, terminationGracePeriodSeconds: 1 });
    await agent.apply("crowd.yaml", crowd);
    uid = (await untilPod(agent, "crowd-edge-1", () => true)).metadata.uid;
    await until(`${enough} containers run`, async () => {
      return (await idsIn(lab, { uid, kind: "container" })).length >= enough;
    }, { timeoutMs: 120_000 });
    await agent.apply("newcomer.yaml", scriptPod("newcomer", FOREVER));
    await untilRow(agent, "newcomer-edge-1", "1/1 Running");
    const there = (await idsIn(lab, { uid, kind: "container" })).length;
    assert.ok(there < 1_000, "a newcomer need not wait until all of them run");
  });

  await stage.step(t, "an agent that is killed goes on where it was", async () => {
    const made = async (): Promise<number> => (await idsIn(lab, { uid, kind: "container" })).length;
    const before = await runningIn(lab, uid);
    // A start that is under way is broken off with the agent. Each waits for the one before it.
    await until("the last of them has been started", async () => await made() > before.length);
    await agent.kill();
    await agent.start();
    await until("more containers run", async () => await made() > before.length + 10);
    const after = await runningIn(lab, uid);
    assert.ok(before.every((id) => after.includes(id)), "what ran is adopted");
  });

  await stage.step(t, "it can be deleted", async () => {
    await agent.remove("crowd.yaml");
    await until("it is gone", async () => await findPod(agent, "crowd-edge-1") === undefined, {
      timeoutMs: 120_000,
    });
    assert.deepEqual(await tracesOf({ lab, agent }, uid), []);
    assert.deepEqual(await stage.complaints(), []);
  });
});
