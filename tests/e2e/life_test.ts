/** The life of a pod as its manifest comes, changes and goes. */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import {
  containerOf,
  eventsOf,
  idOf,
  logOf,
  row,
  until,
  untilGone,
  untilPod,
  untilRow,
} from "./expect.ts";
import { container, FOREVER, manifest, scriptPod } from "./manifest.ts";
import { idsIn, sandboxNetns, tracesOf } from "./traces.ts";

Deno.test("a pod lives as long as its manifest", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  await agent.start();
  let uid = "";

  await t.step("a manifest that appears is run", async () => {
    await agent.apply("web.yaml", scriptPod("web", `echo first; ${FOREVER}`));
    const pod = await untilRow(agent, "web-edge-1", "1/1 Running");
    uid = pod.metadata.uid;
    assert.equal(pod.status?.phase, "Running");
    assert.match(pod.status?.podIP ?? "", /^10\./);
    assert.equal(pod.status?.hostIP, lab.nodeAddress);
    assert.deepEqual(await idsIn(lab, { uid, kind: "container" }), [idOf(pod)]);
    assert.equal((await idsIn(lab, { uid, kind: "sandbox" })).length, 1);
    assert.equal(sandboxNetns(lab).length, 1);
    assert.equal(await logOf(agent, "web-edge-1"), "first\n");
    const events = await eventsOf(agent, "web-edge-1");
    assert.deepEqual(
      events.map(({ reason }) => reason),
      ["MissingClusterDNS", "Pulled", "Created", "Started"],
    );
  });

  await t.step("a manifest that changes is another pod, after the end of the old one", async () => {
    await agent.apply("web.yaml", scriptPod("web", `echo second; ${FOREVER}`));
    const pod = await untilPod(agent, "web-edge-1", ({ metadata }) => metadata.uid !== uid);
    assert.deepEqual(await tracesOf({ lab, agent }, uid), []);
    uid = pod.metadata.uid;
    await untilRow(agent, "web-edge-1", "1/1 Running");
    assert.equal(await logOf(agent, "web-edge-1"), "second\n");
  });

  await t.step("a manifest that is touched but says the same changes nothing", async () => {
    const before = await untilRow(agent, "web-edge-1", "1/1 Running");
    await agent.apply("other-name.yaml", scriptPod("other", FOREVER));
    await agent.apply("web.yaml", scriptPod("web", `echo second; ${FOREVER}`));
    await untilRow(agent, "other-edge-1", "1/1 Running");
    const after = await untilRow(agent, "web-edge-1", "1/1 Running");
    assert.deepEqual(after, before);
  });

  await t.step("a manifest that goes takes its pod along, politely", async () => {
    const script = "trap 'sleep 3; echo bye > /said/bye; exit' TERM; while :; do sleep 0.1; done";
    const said = `${lab.workDir}/said`;
    await agent.apply(
      "polite.yaml",
      manifest("polite", {
        containers: [
          container("main", script, { volumeMounts: [{ name: "said", mountPath: "/said" }] }),
        ],
        volumes: [
          { name: "said", hostPath: { path: said, type: "DirectoryOrCreate" } },
          { name: "memory", emptyDir: { medium: "Memory" } },
        ],
      }),
    );
    const { metadata } = await untilRow(agent, "polite-edge-1", "1/1 Running");
    assert.ok((await tracesOf({ lab, agent }, metadata.uid)).length > 8);
    await agent.remove("polite.yaml");
    const leaving = await untilRow(agent, "polite-edge-1", "1/1 Terminating");
    assert.equal(leaving.metadata.deletionGracePeriodSeconds, 5);
    await untilGone(agent, "polite-edge-1");
    assert.equal(await Deno.readTextFile(`${said}/bye`), "bye\n");
    assert.deepEqual(await tracesOf({ lab, agent }, metadata.uid), []);
    const last = (await eventsOf(agent, "polite-edge-1")).at(-1);
    assert.deepEqual(
      [last?.reason, last?.message, last?.involvedObject.fieldPath],
      ["Killing", "Stopping container main", "spec.containers{main}"],
    );
  });

  await t.step("a container that does not listen is killed after its grace period", async () => {
    await agent.apply(
      "deaf.yaml",
      scriptPod("deaf", "trap '' TERM; while :; do sleep 1; done", {
        terminationGracePeriodSeconds: 2,
      }),
    );
    const { metadata } = await untilRow(agent, "deaf-edge-1", "1/1 Running");
    const asked = performance.now();
    await agent.remove("deaf.yaml");
    await untilGone(agent, "deaf-edge-1");
    const tookMs = performance.now() - asked;
    // Without a grace period of its own it would have had 30 s.
    assert.ok(tookMs > 1_900 && tookMs < 30_000, `${tookMs} ms`);
    assert.deepEqual(await tracesOf({ lab, agent }, metadata.uid), []);
  });

  await t.step(
    "a pod that asks for what is not supported is refused by the field's name",
    async () => {
      const devices = container("main", FOREVER, {
        volumeDevices: [{ name: "disk", devicePath: "/dev/disk" }],
      });
      await agent.apply("devices.yaml", manifest("devices", { containers: [devices] }));
      const pod = await untilRow(agent, "devices-edge-1", "0/1 UnsupportedField");
      assert.equal(pod.status?.phase, "Failed");
      assert.match(pod.status?.message ?? "", /spec\.containers\[0\]\.volumeDevices/);
      await agent.remove("devices.yaml");
      await untilGone(agent, "devices-edge-1");
    },
  );

  await t.step(
    "of many changes in a row the last one counts, and nothing of the others is left",
    async () => {
      for (let turn = 0; turn < 8; turn++) {
        await agent.apply("hasty.yaml", scriptPod("hasty", `echo turn ${turn}; ${FOREVER}`));
        // Each at another moment of the start of the one before.
        await new Promise((resolve) => setTimeout(resolve, turn * 40));
      }
      await until("the last one runs", async () => {
        const { stdout } = await agent.skerry(["logs", "hasty-edge-1"]);
        return stdout === "turn 7\n";
      });
      const uids = (await agent.pods()).map(({ metadata }) => metadata.uid).toSorted();
      const folders = [...Deno.readDirSync(`${agent.rootDir}/pods`)].map(({ name }) => name);
      assert.deepEqual(folders.toSorted(), uids);
      assert.equal([...Deno.readDirSync(agent.podLogsDir)].length, uids.length);
      const { stdout } = await lab.ctr(["containers", "list", "--quiet"]);
      assert.equal(stdout.trim().split("\n").length, 2 * uids.length);
      assert.equal(sandboxNetns(lab).length, uids.length);
    },
  );

  await t.step("a manifest that goes and comes back is a pod that starts anew", async () => {
    const text = scriptPod("back", "trap 'sleep 4; exit 0' TERM; while :; do sleep 0.1; done");
    await agent.apply("back.yaml", text);
    const pod = await untilRow(agent, "back-edge-1", "1/1 Running");
    await agent.remove("back.yaml");
    await untilRow(agent, "back-edge-1", "1/1 Terminating");
    await agent.apply("back.yaml", text);
    const again = await untilPod(
      agent,
      "back-edge-1",
      (next) => idOf(next) !== idOf(pod) && row(next) === "1/1 Running",
    );
    assert.equal(again.metadata.uid, pod.metadata.uid);
    assert.equal(containerOf(again).restartCount, 0);
    await agent.remove("back.yaml");
  });

  await t.step("when all manifests are gone, nothing is left", async () => {
    for (const file of ["web.yaml", "other-name.yaml", "hasty.yaml"]) await agent.remove(file);
    for (const { metadata } of await agent.pods()) await untilGone(agent, metadata.name);
    assert.equal((await lab.ctr(["containers", "list", "--quiet"])).stdout.trim(), "");
    assert.deepEqual(sandboxNetns(lab), []);
    assert.deepEqual([...Deno.readDirSync(`${agent.rootDir}/pods`)], []);
    assert.deepEqual([...Deno.readDirSync(agent.podLogsDir)], []);
  });
  await agent.stop();
});
