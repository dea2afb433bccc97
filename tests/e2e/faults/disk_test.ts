/** Disks that are full: what needs room waits for it and says so, everything else goes on. */
import assert from "node:assert/strict";
import { run } from "../../lab/run.ts";
import { containerOf, logOf, row, untilGone, untilPod, untilRow } from "../expect.ts";
import { FOREVER, scriptPod } from "../manifest.ts";
import { startStage } from "./stage.ts";

async function smallDisk(path: string): Promise<void> {
  await run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path]);
}

/** Takes the last byte of a disk. */
async function fill(folder: string): Promise<void> {
  for (const size of [1 << 16, 1 << 12, 1]) {
    const piece = new Uint8Array(size);
    try {
      while (true) await Deno.writeFile(`${folder}/filler`, piece, { append: true });
    } catch (error) {
      assert.match(String(error), /No space left/);
    }
  }
}

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
      await fill(agent.rootDir);
      await agent.apply("new.yaml", scriptPod("new", FOREVER));
      const pod = await untilPod(agent, "new-edge-1", (pod) => /Error/.test(row(pod)));
      assert.match(containerOf(pod).state?.waiting?.message ?? "", /no space left on device/);
      await Deno.remove(`${agent.rootDir}/filler`);
      await untilRow(agent, "new-edge-1", "1/1 Running");
    },
  );

  await stage.step(t, "the agent's own: an agent that starts then adopts its pods", async () => {
    // An orderly end, after which SQLite needs room for new files beside the store.
    await agent.stop();
    await fill(agent.rootDir);
    await agent.start();
    await untilRow(agent, "new-edge-1", "1/1 Running");
    const told = await stage.complaints();
    assert.equal(told.length, 1, JSON.stringify(told, null, 1));
    assert.match(told[0]?.msg ?? "", /Store cannot be opened/);
    await agent.remove("new.yaml");
    await untilGone(agent, "new-edge-1");
    await Deno.remove(`${agent.rootDir}/filler`);
  });

  await stage.step(t, "the agent's own: the store is as it was", async () => {
    await agent.kill();
    await agent.start();
    assert.deepEqual(await stage.complaints(), []);
  });

  await stage.step(t, "the logs': pods run on and start, their words are lost", async () => {
    await fill(agent.podLogsDir);
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
