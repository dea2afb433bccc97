/** The agent is stopped, killed and started again, and the node reboots, while pods run. */
import assert from "node:assert/strict";
import type { Pod } from "../../src/core/k8s.ts";
import { type LabAgent, labAgent } from "../lab/agent.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { waitUntil } from "../lab/processes.ts";
import { containerOf, findPod, idOf, row, until, untilGone, untilPod, untilRow } from "./expect.ts";
import { container, FOREVER, manifest, oncePod, scriptPod } from "./manifest.ts";
import { killTask, reboot } from "./reboot.ts";
import { idsIn, sandboxNetns, tracesOf } from "./traces.ts";

/** All that must not change of a pod when the agent is started again. */
async function identity(lab: Lab, pod: Pod | undefined): Promise<unknown> {
  if (pod === undefined) return undefined;
  const { uid } = pod.metadata;
  return {
    uid,
    row: row(pod),
    containers: pod.status?.containerStatuses,
    startTime: pod.status?.startTime,
    // Nobody remembers the address of a sandbox that is gone.
    podIP: pod.status?.phase === "Running" ? pod.status.podIP : undefined,
    sandboxes: await idsIn(lab, { uid, kind: "sandbox" }),
    ids: (await idsIn(lab, { uid, kind: "container" })).toSorted(),
  };
}

/** Resolves when the agent has looked at everything once, as far as that can be seen. */
async function untilKnown(agent: LabAgent, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await untilPod(agent, name, ({ status }) => (status?.containerStatuses ?? []).length > 0);
  }
}

Deno.test("pods outlive the agent", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab, {
    kubelet: { crashLoopBackOff: { maxContainerRestartPeriod: "1s" } },
  });
  await agent.start();
  const trap = `[ -e /keep/ran ] || { touch /keep/ran; exit 1; }; ${FOREVER}`;
  const keep = { volumeMounts: [{ name: "keep", mountPath: "/keep" }] };
  await agent.apply("web.yaml", scriptPod("web", FOREVER));
  await agent.apply("done.yaml", oncePod("done", "true"));
  await agent.apply(
    "once-failed.yaml",
    manifest("once-failed", {
      initContainers: [container("side", FOREVER, { restartPolicy: "Always" })],
      containers: [container("main", trap, keep)],
      volumes: [{ name: "keep", emptyDir: {} }],
    }),
  );
  const names = ["web-edge-1", "done-edge-1", "once-failed-edge-1"];
  await untilRow(agent, "web-edge-1", "1/1 Running");
  await untilRow(agent, "done-edge-1", "0/1 Completed");
  await untilPod(
    agent,
    "once-failed-edge-1",
    (pod) => row(pod) === "2/2 Running" && containerOf(pod).restartCount === 1,
  );
  const identities = () =>
    Promise.all(names.map(async (name) => identity(lab, await findPod(agent, name))));
  const before = await identities();

  await t.step("SIGTERM and a new start change nothing", async () => {
    await agent.stop();
    await agent.start();
    await untilKnown(agent, ...names);
    assert.deepEqual(await identities(), before);
  });

  await t.step("SIGKILL and a new start change nothing", async () => {
    await agent.kill();
    await agent.start();
    await untilKnown(agent, ...names);
    assert.deepEqual(await identities(), before);
  });

  await t.step("restarts go on being counted", async () => {
    const pod = await untilRow(agent, "web-edge-1", "1/1 Running");
    await killTask(lab, idOf(pod));
    await untilPod(
      agent,
      "web-edge-1",
      (pod) => row(pod) === "1/1 Running" && containerOf(pod).restartCount === 1,
    );
    await agent.kill();
    await agent.start();
    const after = await untilRow(agent, "web-edge-1", "1/1 Running");
    assert.equal(containerOf(after).restartCount, 1);
    assert.equal(containerOf(after).lastState?.terminated?.exitCode, 137);
  });

  await t.step("an exit that nobody saw is made up for", async () => {
    const pod = await untilRow(agent, "web-edge-1", "1/1 Running");
    await agent.stop();
    await killTask(lab, idOf(pod));
    await agent.start();
    const after = await untilPod(
      agent,
      "web-edge-1",
      (pod) => row(pod) === "1/1 Running" && containerOf(pod).restartCount === 2,
    );
    assert.equal((await idsIn(lab, { uid: after.metadata.uid, kind: "sandbox" })).length, 1);
  });

  await t.step("SIGKILL in the middle of starts leaves no second sandbox", async () => {
    const starting = Array.from({ length: 6 }, (_, index) => `start-${index}`);
    for (const name of starting) await agent.apply(`${name}.yaml`, scriptPod(name, FOREVER));
    // The first of them is there, the others are at every stage of their start.
    await waitUntil(() => [...Deno.readDirSync(`${agent.rootDir}/pods`)].length > 4, {
      timeoutMs: 60_000,
    });
    await agent.kill();
    await agent.start();
    for (const name of starting) {
      const pod = await untilRow(agent, `${name}-edge-1`, "1/1 Running");
      const { uid } = pod.metadata;
      await until(
        "one sandbox and one container are left",
        async () =>
          (await idsIn(lab, { uid, kind: "sandbox" })).length === 1 &&
          (await idsIn(lab, { uid, kind: "container" })).length === 1,
      );
    }
    for (const name of starting) await agent.remove(`${name}.yaml`);
    for (const name of starting) await untilGone(agent, `${name}-edge-1`);
  });

  await t.step("pods whose manifest went while the agent was away are ended", async () => {
    const { metadata } = await untilRow(agent, "once-failed-edge-1", "2/2 Running");
    await agent.stop();
    await agent.remove("once-failed.yaml");
    await agent.start();
    await until(
      "nothing is left of it",
      async () => (await tracesOf({ lab, agent }, metadata.uid)).length === 0,
    );
    await untilRow(agent, "web-edge-1", "1/1 Running");
  });

  await t.step(
    "a pod that was being ended when the agent was killed is ended all the same",
    async () => {
      const deaf = "trap '' TERM; while :; do sleep 1; done";
      await agent.apply("deaf.yaml", scriptPod("deaf", deaf, { terminationGracePeriodSeconds: 4 }));
      const { metadata } = await untilRow(agent, "deaf-edge-1", "1/1 Running");
      await agent.remove("deaf.yaml");
      await untilRow(agent, "deaf-edge-1", "1/1 Terminating");
      await agent.kill();
      await agent.start();
      await until(
        "nothing is left of it",
        async () => (await tracesOf({ lab, agent }, metadata.uid)).length === 0,
      );
    },
  );

  await t.step("a manifest that changed meanwhile is a new pod", async () => {
    const { metadata } = await untilRow(agent, "web-edge-1", "1/1 Running");
    await agent.stop();
    await agent.apply("web.yaml", scriptPod("web", `true; ${FOREVER}`));
    await agent.start();
    const after = await untilPod(
      agent,
      "web-edge-1",
      (pod) => pod.metadata.uid !== metadata.uid && row(pod) === "1/1 Running",
    );
    assert.equal(containerOf(after).restartCount, 0);
    assert.deepEqual(await tracesOf({ lab, agent }, metadata.uid), []);
  });

  await t.step("a reboot starts the pods again, and only those that were not done", async () => {
    const before = await untilRow(agent, "web-edge-1", "1/1 Running");
    await agent.kill();
    await reboot(lab);
    await agent.start();
    const after = await untilPod(
      agent,
      "web-edge-1",
      (pod) => row(pod) === "1/1 Running" && containerOf(pod).restartCount === 1,
    );
    assert.equal(after.metadata.uid, before.metadata.uid);
    assert.notEqual(idOf(after), idOf(before));
    assert.notEqual(containerOf(after).lastState?.terminated, undefined);
    await until(
      "the sandbox of before is gone or holds the last run",
      async () => (await idsIn(lab, { uid: after.metadata.uid, kind: "sandbox" })).length <= 2,
    );
    const done = await untilRow(agent, "done-edge-1", "0/1 Completed");
    assert.equal(containerOf(done).restartCount, 0);
  });
  await agent.stop();
});

Deno.test("what happens to the runtime is noticed", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab, {
    kubelet: { crashLoopBackOff: { maxContainerRestartPeriod: "1s" } },
  });
  await agent.start();
  await agent.apply("web.yaml", scriptPod("web", FOREVER));
  const running = (restarts: number) =>
    untilPod(
      agent,
      "web-edge-1",
      (pod) => row(pod) === "1/1 Running" && containerOf(pod).restartCount === restarts,
    );
  await running(0);

  await t.step("a sandbox that dies is made again, its containers with it", async () => {
    const { metadata } = await running(0);
    const [sandbox = ""] = await idsIn(lab, { uid: metadata.uid, kind: "sandbox" });
    await killTask(lab, sandbox);
    const pod = await running(1);
    assert.equal(pod.metadata.uid, metadata.uid);
    const { stdout } = await agent.skerry(["events", "--for=web-edge-1"]);
    assert.match(
      stdout,
      /SandboxChanged .*Pod sandbox changed, it will be killed and re-created\./,
    );
    await killTask(lab, idOf(pod));
    await running(2);
    await killTask(lab, idOf(await running(2)));
    await running(3);
    assert.equal((await idsIn(lab, { uid: metadata.uid, kind: "sandbox" })).length, 1);
  });

  await t.step("a pod that is never restarted ends politely with its sandbox", async () => {
    await agent.apply("never.yaml", scriptPod("never", FOREVER, { restartPolicy: "Never" }));
    const { metadata } = await untilRow(agent, "never-edge-1", "1/1 Running");
    const [sandbox = ""] = await idsIn(lab, { uid: metadata.uid, kind: "sandbox" });
    await killTask(lab, sandbox);
    const pod = await untilPod(agent, "never-edge-1", ({ status }) => status?.phase !== "Running");
    assert.equal(pod.status?.phase, "Succeeded");
    assert.equal(containerOf(pod).restartCount, 0);
    assert.equal((await idsIn(lab, { uid: metadata.uid, kind: "container" })).length, 1);
    const { stdout } = await agent.skerry(["events", "--for=never-edge-1"]);
    assert.doesNotMatch(stdout, /SandboxChanged/);
    assert.equal((await idsIn(lab, { uid: metadata.uid, kind: "sandbox" })).length, 1);
  });

  await t.step("a pod whose sandbox died goes without a trace", async () => {
    const { metadata } = await untilPod(agent, "never-edge-1", () => true);
    await agent.remove("never.yaml");
    await untilGone(agent, "never-edge-1");
    assert.deepEqual(await tracesOf({ lab, agent }, metadata.uid), []);
    // The network of `web` is left.
    assert.equal(sandboxNetns(lab).length, 1);
  });

  await t.step("so does one that was deleted while the agent was away", async () => {
    await agent.apply("away.yaml", scriptPod("away", FOREVER));
    const { metadata } = await untilRow(agent, "away-edge-1", "1/1 Running");
    await agent.stop();
    const [sandbox = ""] = await idsIn(lab, { uid: metadata.uid, kind: "sandbox" });
    await killTask(lab, sandbox);
    await agent.remove("away.yaml");
    await agent.start();
    await until(
      "nothing is left of it",
      async () => (await tracesOf({ lab, agent }, metadata.uid)).length === 0,
    );
    assert.equal(sandboxNetns(lab).length, 1);
  });

  await t.step("containerd is restarted: pods run on, and later exits are noticed", async () => {
    const before = await running(3);
    await lab.containerd.restart();
    assert.equal(idOf(await running(3)), idOf(before));
    await killTask(lab, idOf(before));
    await running(4);
  });

  await t.step("containerd is away: the agent still shows what it knew, and says so", async () => {
    await lab.containerd.kill();
    const { code, stdout } = await agent.skerry(["status", "-o", "json"]);
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).runtime.reachable, false);
    assert.equal(row(await findPod(agent, "web-edge-1")), "1/1 Running");
    await lab.containerd.start();
    await until("the runtime is there again", async () => {
      const { stdout } = await agent.skerry(["status", "-o", "json"]);
      return JSON.parse(stdout).runtime.reachable;
    });
    await running(4);
  });
  await agent.stop();
});
