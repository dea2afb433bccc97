/** Disks that are full or read-only: what needs room waits for it and says so, everything else goes on, and it ends by itself. */
import assert from "node:assert/strict";
import { run } from "../../lab/run.ts";
import { fillDisk, smallDisk } from "../../lab/small_disk.ts";
import {
  containerOf,
  logOf,
  row,
  succeed,
  until,
  untilGone,
  untilPod,
  untilRow,
} from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { type Stage, startStage } from "./stage.ts";

/** What `skerry status` and the node's events say of the store while it cannot be written, and when it can again. */
async function untilReported({ agent }: Stage, what: RegExp): Promise<void> {
  await until(`the status says ${what}`, async () => {
    return what.test((await succeed(agent, ["status"])).stdout);
  });
  await until(`an event says ${what}`, async () => {
    return what.test((await succeed(agent, ["events"])).stdout);
  });
}

async function untilRecovered({ agent }: Stage, former: RegExp): Promise<void> {
  await until("the store can be written again", async () => {
    const { stdout } = await succeed(agent, ["events"]);
    return stdout.includes("StoreRecovered");
  });
  assert.doesNotMatch((await succeed(agent, ["status"])).stdout, former);
}

const full = /The disk of the local store is full/;
const readOnly = /The file system of the local store is read-only/;

Deno.test("a full disk holds up what needs room, and nothing else", async (t) => {
  await using stage = await startStage({
    prepare: async ({ agent }) => {
      await smallDisk(agent.rootDir);
      await smallDisk(agent.podLogsDir);
    },
  });
  const { agent } = stage;

  await stage.step(
    t,
    "the agent's own: a new pod says so and starts when there is room",
    async () => {
      await fillDisk(agent.rootDir);
      await agent.apply("new.yaml", scriptPod("new", FOREVER));
      const pod = await untilPod(agent, "new-edge-1", (pod) => /Error/.test(row(pod)));
      assert.match(containerOf(pod).state?.waiting?.message ?? "", /no space left on device/);
      await untilReported(stage, full);
      await Deno.remove(`${agent.rootDir}/filler`);
      await untilRow(agent, "new-edge-1", "1/1 Running");
      await untilRecovered(stage, full);
    },
  );

  await stage.step(t, "the agent's own: an agent that starts then adopts its pods", async () => {
    await agent.stop();
    await fillDisk(agent.rootDir);
    await agent.start();
    await untilRow(agent, "new-edge-1", "1/1 Running");
    await agent.remove("new.yaml");
    await untilGone(agent, "new-edge-1");
    const told = (await stage.complaints()).map(({ msg }) => msg);
    assert.deepEqual(told.filter((msg) => !/^(Store cannot be|Could not store)/.test(msg)), []);
    await Deno.remove(`${agent.rootDir}/filler`);
  });

  await stage.step(
    t,
    "the agent's own: read-only, an agent that starts then adopts its pods",
    async () => {
      await agent.apply("new.yaml", scriptPod("new", FOREVER));
      await untilRow(agent, "new-edge-1", "1/1 Running");
      await agent.kill();
      await run(["mount", "-o", "remount,ro", agent.rootDir]);
      await agent.start();
      await untilRow(agent, "new-edge-1", "1/1 Running");
      await untilReported(stage, readOnly);
      assert.doesNotMatch(await Deno.readTextFile(agent.logPath), /Store cannot be read either/);
      assert.match((await succeed(agent, ["status"])).stdout, /written since the start/);
      await run(["mount", "-o", "remount,rw", agent.rootDir]);
      await untilRecovered(stage, readOnly);
    },
  );

  await stage.step(t, "the agent's own: the store is as it was", async () => {
    await agent.kill();
    await agent.start();
    await untilRow(agent, "new-edge-1", "1/1 Running");
    assert.deepEqual(await stage.complaints(), []);
  });

  await stage.step(t, "the logs': pods run on and start, their words are lost", async () => {
    await fillDisk(agent.podLogsDir);
    const chatty = `while :; do echo hello; sleep 0.05; done`;
    await agent.apply(
      "chatty.yaml",
      scriptPod("chatty", chatty, { terminationGracePeriodSeconds: 0 }),
    );
    await untilRow(agent, "chatty-edge-1", "1/1 Running");
    await Deno.remove(`${agent.podLogsDir}/filler`);
    await agent.apply("later.yaml", scriptPod("later", `echo heard; ${FOREVER}`));
    await untilRow(agent, "later-edge-1", "1/1 Running");
    assert.equal(await logOf(agent, "later-edge-1"), "heard\n");
  });
});
