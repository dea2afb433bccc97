/** Pods and images that cannot be had: each says so in one status or one record, and disturbs nothing. */
import assert from "node:assert/strict";
import { busyboxImage, writeImageArchive } from "../../lab/images.ts";
import { containerOf, row, untilGone, untilPod, untilRow } from "../expect.ts";
import { container, FOREVER, manifest, scriptPod } from "../manifest.ts";
import { startStage } from "./stage.ts";

/** Nothing listens there. */
const NO_SUCH_IMAGE = "127.0.0.1:5999/team/none:1";

Deno.test("what cannot be started says why and disturbs nothing", async (t) => {
  await using stage = await startStage();
  const { agent, lab } = stage;

  await stage.step(t, "an image that does not exist", async () => {
    const lost = { containers: [container("main", "", { image: NO_SUCH_IMAGE })] };
    await agent.apply("lost.yaml", manifest("lost", lost));
    const pod = await untilRow(agent, "lost-edge-1", "0/1 ImagePullBackOff");
    const waiting = containerOf(pod).state?.waiting;
    assert.match(
      waiting?.message ?? "",
      /Back-off pulling image "127\.0\.0\.1:5999\/team\/none:1"/,
    );
    assert.match(waiting?.message ?? "", /connection refused/);
    await agent.remove("lost.yaml");
    await untilGone(agent, "lost-edge-1");
  });

  await stage.step(t, "a command that does not exist", async () => {
    const wrong = { containers: [container("main", "", { command: ["/no/such/program"] })] };
    await agent.apply("wrong.yaml", manifest("wrong", wrong));
    const failed = /^0\/1 (RunContainerError|CrashLoopBackOff)$/;
    const pod = await untilPod(agent, "wrong-edge-1", (pod) => failed.test(row(pod)));
    assert.match(JSON.stringify(containerOf(pod)), /\/no\/such\/program/);
    await agent.remove("wrong.yaml");
    await untilGone(agent, "wrong-edge-1");
  });

  await stage.step(t, "registry credentials that are no JSON", async () => {
    await Deno.writeTextFile(`${agent.rootDir}/config.json`, '{"auths": {');
    const lost = { containers: [container("main", "", { image: NO_SUCH_IMAGE })] };
    await agent.apply("lost.yaml", manifest("lost", lost));
    await untilRow(agent, "lost-edge-1", "0/1 ImagePullBackOff");
    const told = (await stage.complaints()).filter(({ path }) =>
      path === `${agent.rootDir}/config.json`
    );
    assert.equal(told.length, 1, JSON.stringify(told));
    assert.match(JSON.stringify(told), /line 1, column \d+/);
    await agent.remove("lost.yaml");
    await untilGone(agent, "lost-edge-1");
  });

  await stage.step(t, "image archives that are none, beside a good one", async () => {
    const name = "skerry.test/spare:1";
    const whole = `${lab.workDir}/spare.tar`;
    await writeImageArchive(await busyboxImage(name), { path: whole });
    const bytes = await Deno.readFile(whole);
    await Deno.writeFile(`${agent.imagesDir}/a-cut.tar`, bytes.subarray(0, bytes.length / 2));
    await Deno.writeFile(`${agent.imagesDir}/b-junk.tar.gz`, bytes.subarray(5_000, 9_000));
    await Deno.copyFile(whole, `${agent.imagesDir}/c-whole.tar`);
    await agent.kill();
    await agent.start();
    const spare = { containers: [container("main", FOREVER, { image: name })] };
    await agent.apply("spare.yaml", manifest("spare", spare));
    await untilRow(agent, "spare-edge-1", "1/1 Running");
    const told = (await stage.complaints()).map(({ msg, path }) => `${msg} ${path}`);
    assert.deepEqual(told, [
      `Could not import an image archive ${agent.imagesDir}/a-cut.tar`,
      `Could not import an image archive ${agent.imagesDir}/b-junk.tar.gz`,
    ]);
  });

  await stage.step(t, "a newcomer starts as ever", async () => {
    await agent.apply("newcomer.yaml", scriptPod("newcomer", FOREVER));
    await untilRow(agent, "newcomer-edge-1", "1/1 Running");
  });
});
