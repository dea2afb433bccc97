/** A store that is damaged or cannot be had: the agent starts, says so once, and adopts its pods. */
import assert from "node:assert/strict";
import { containerOf, until, untilPod, untilRow } from "../expect.ts";
import { container, FOREVER, manifest, scriptPod } from "../manifest.ts";
import { type Stage, startStage } from "./stage.ts";

async function restartedWith(
  stage: Stage,
  harm: (store: string) => Promise<void>,
): Promise<string> {
  const { agent } = stage;
  await agent.kill();
  await harm(`${agent.rootDir}/skerry.db`);
  await agent.start();
  await untilRow(agent, "bystander-edge-1", "1/1 Running");
  await until("the store is told of", async () => /Store (is|cannot)/.test(await texts(stage)));
  return await texts(stage);
}

/** What the agent complained of. Nothing may be told twice, but each pod's own. */
async function texts(stage: Stage): Promise<string> {
  const told = await stage.complaints();
  const messages = told.map(({ msg, reason = "" }) => `${msg} ${String(reason)}`);
  assert.equal(new Set(messages).size, messages.length, messages.join("\n"));
  return told.map((record) => JSON.stringify(record)).join("\n");
}

async function storeProblem({ agent }: Stage): Promise<unknown> {
  const { stdout } = await agent.skerry(["status", "-o", "json"]);
  return JSON.parse(stdout).store.problem;
}

Deno.test("an agent whose store is of no use starts without and adopts its pods", async (t) => {
  await using stage = await startStage();
  const { agent } = stage;

  await stage.step(t, "damaged", async () => {
    const script = `[ -f /was/here ] && { ${FOREVER}; }; touch /was/here; exit 3`;
    const volumeMounts = [{ name: "was", mountPath: "/was" }];
    await agent.apply(
      "crashed.yaml",
      manifest("crashed", {
        containers: [container("main", script, { volumeMounts })],
        volumes: [{ name: "was", emptyDir: {} }],
      }),
    );
    await untilPod(
      agent,
      "crashed-edge-1",
      (pod) => containerOf(pod).state?.running !== undefined && containerOf(pod).restartCount === 1,
    );
    const text = await restartedWith(stage, async (store) => {
      await Deno.writeFile(store, crypto.getRandomValues(new Uint8Array(20_000)));
      // SQLite would make the store whole again from what it has not yet brought over from here.
      await Deno.remove(`${store}-wal`);
    });
    assert.match(text, /Store is damaged.*skerry\.db\.damaged-/);
    const files = [...Deno.readDirSync(agent.rootDir)].map(({ name }) => name);
    assert.ok(files.some((name) => name.startsWith("skerry.db.damaged-")), files.join());
    const pod = await untilRow(agent, "crashed-edge-1", "1/1 Running");
    assert.equal(containerOf(pod).restartCount, 1, "the runtime knows it");
  });

  await stage.step(t, "not a file", async () => {
    const text = await restartedWith(stage, async (store) => {
      for (const suffix of ["", "-wal", "-shm"]) await Deno.remove(store + suffix).catch(() => {});
      await Deno.mkdir(store);
    });
    assert.match(text, /Store cannot be opened/);
    await agent.apply("new.yaml", scriptPod("new", FOREVER));
    await untilRow(agent, "new-edge-1", "1/1 Running");
    assert.match(JSON.stringify(await storeProblem(stage)), /CannotOpen/);
  });

  await stage.step(t, "a file again, while the agent runs", async () => {
    await Deno.remove(`${agent.rootDir}/skerry.db`);
    await until("the store works again", async () => await storeProblem(stage) === null);
    assert.ok(Deno.statSync(`${agent.rootDir}/skerry.db`).isFile);
    const { stdout } = await agent.skerry(["rotate-key"]);
    assert.match(stdout, /^New key in .*store\.key/);
  });
});
