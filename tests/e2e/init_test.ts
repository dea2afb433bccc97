/** Init containers and sidecars, seen by the order in which they write into a volume that they share. */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { containerOf, logOf, row, untilEnded, untilGone, untilPod, untilRow } from "./expect.ts";
import { container, manifest } from "./manifest.ts";

/** A script that notes its start, waits so long that somebody sees it, and notes its end. */
const job = (name: string) =>
  `echo ${name} starts >> /story/log; sleep 2; echo ${name} ends >> /story/log`;
/** One that goes on until it is told to end, and notes that. */
const service = (name: string) =>
  `trap 'echo ${name} ends >> /story/log; exit' TERM; echo ${name} starts >> /story/log; while :; do sleep 0.1; done`;

Deno.test("init containers and sidecars", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab, {
    kubelet: { crashLoopBackOff: { maxContainerRestartPeriod: "1s" } },
  });
  await agent.start();
  const story = `${lab.workDir}/story`;
  const stage = (name: string, spec: Readonly<Record<string, unknown>>) =>
    manifest(name, {
      volumes: [{
        name: "story",
        hostPath: { path: `${story}/${name}`, type: "DirectoryOrCreate" },
      }],
      ...spec,
    });
  const actor = (name: string, script: string, fields = {}) =>
    container(name, script, {
      volumeMounts: [{ name: "story", mountPath: "/story" }],
      ...fields,
    });
  const told = async (name: string) =>
    (await Deno.readTextFile(`${story}/${name}/log`)).trim().split("\n");

  await t.step("init containers run one after the other, then the main ones", async () => {
    await agent.apply(
      "order.yaml",
      stage("order", {
        restartPolicy: "Never",
        initContainers: [actor("first", job("first")), actor("second", job("second"))],
        containers: [actor("main", job("main"))],
      }),
    );
    await untilRow(agent, "order-edge-1", "0/1 Init:1/2");
    const pod = await untilRow(agent, "order-edge-1", "0/1 Completed");
    assert.deepEqual(
      await told("order"),
      ["first starts", "first ends", "second starts", "second ends", "main starts", "main ends"],
    );
    for (const name of ["first", "second"]) {
      assert.equal(containerOf(pod, name).ready, true);
      assert.equal(containerOf(pod, name).state?.terminated?.reason, "Completed");
    }
  });

  await t.step("one that fails is run again and holds up the rest", async () => {
    await agent.apply(
      "again.yaml",
      stage("again", {
        initContainers: [
          actor("first", "echo try; [ -e /story/log ] || { touch /story/log; exit 1; }"),
        ],
        containers: [actor("main", service("main"))],
      }),
    );
    const pod = await untilRow(agent, "again-edge-1", "1/1 Running");
    assert.equal(containerOf(pod, "first").restartCount, 1);
    assert.equal(await logOf(agent, "again-edge-1", "-c", "first"), "try\n");
    assert.equal(await logOf(agent, "again-edge-1", "-c", "first", "-p"), "try\n");
  });

  await t.step("one that fails and is never restarted fails the pod", async () => {
    await agent.apply(
      "fail.yaml",
      stage("fail", {
        restartPolicy: "Never",
        initContainers: [actor("first", "exit 4")],
        containers: [actor("main", service("main"))],
      }),
    );
    const pod = await untilEnded(agent, "fail-edge-1", "0/1 Init:Error");
    assert.equal(pod.status?.phase, "Failed");
    assert.equal(containerOf(pod, "main").state?.waiting?.reason, "PodInitializing");
  });

  await t.step("a sidecar starts before and ends after what it serves", async () => {
    await agent.apply(
      "side.yaml",
      stage("side", {
        restartPolicy: "Never",
        initContainers: [
          actor("proxy", service("proxy"), { restartPolicy: "Always" }),
          actor("setup", job("setup")),
        ],
        containers: [actor("main", job("main"))],
      }),
    );
    const pod = await untilPod(agent, "side-edge-1", ({ status }) => status?.phase === "Succeeded");
    assert.equal(row(pod), "0/2 Completed");
    assert.deepEqual(await told("side"), [
      "proxy starts",
      "setup starts",
      "setup ends",
      "main starts",
      "main ends",
      "proxy ends",
    ]);
  });

  await t.step("in a pod that is deleted, the sidecars end last and in reverse", async () => {
    await agent.apply(
      "deleted.yaml",
      stage("deleted", {
        initContainers: [
          actor("one", service("one"), { restartPolicy: "Always" }),
          actor("two", service("two"), { restartPolicy: "Always" }),
        ],
        containers: [actor("main", service("main"))],
      }),
    );
    await untilRow(agent, "deleted-edge-1", "3/3 Running");
    await agent.remove("deleted.yaml");
    await untilGone(agent, "deleted-edge-1");
    assert.deepEqual((await told("deleted")).slice(3), ["main ends", "two ends", "one ends"]);
  });
  await agent.stop();
});
