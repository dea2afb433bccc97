/** What becomes of containers that end, or that cannot be started at all. */
import assert from "node:assert/strict";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import {
  containerOf,
  eventsOf,
  type ShownEvent,
  succeed,
  untilEnded,
  untilPod,
  untilRow,
} from "./expect.ts";
import { container, FOREVER, manifest, oncePod, scriptPod } from "./manifest.ts";
import { idsIn } from "./traces.ts";

function messageOf(events: readonly ShownEvent[], reason: string): string {
  return events.filter((event) => event.reason === reason).at(-1)?.message ?? `no ${reason}`;
}

Deno.test("containers that end", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab, {
    kubelet: { crashLoopBackOff: { maxContainerRestartPeriod: "2s" } },
  });
  await agent.start();

  await t.step("with 0 and restartPolicy Never: Completed, the pod has Succeeded", async () => {
    await agent.apply("done.yaml", oncePod("done", "echo all done; sleep 1.5"));
    const pod = await untilEnded(agent, "done-edge-1", "0/1 Completed");
    assert.equal(pod.status?.phase, "Succeeded");
    const { terminated } = containerOf(pod).state ?? {};
    assert.deepEqual([terminated?.exitCode, terminated?.reason], [0, "Completed"]);
    assert.ok((terminated?.startedAt ?? "") <= (terminated?.finishedAt ?? ""));
    assert.equal(containerOf(pod).restartCount, 0);
    assert.equal((await agent.skerry(["logs", "done-edge-1"])).stdout, "all done\n");
  });

  await t.step("with 3 and restartPolicy Never: Error, the pod has Failed", async () => {
    await agent.apply("bad.yaml", oncePod("bad", "exit 3"));
    const pod = await untilEnded(agent, "bad-edge-1", "0/1 Error");
    assert.equal(pod.status?.phase, "Failed");
    assert.equal(containerOf(pod).state?.terminated?.exitCode, 3);
  });

  await t.step("by a signal: its number counts from 128", async () => {
    await agent.apply("killed.yaml", oncePod("killed", FOREVER));
    const { metadata } = await untilRow(agent, "killed-edge-1", "1/1 Running");
    const [id = ""] = await idsIn(lab, { uid: metadata.uid, kind: "container" });
    await lab.ctr(["tasks", "kill", "--signal", "SIGKILL", id]);
    const pod = await untilRow(agent, "killed-edge-1", "0/1 Error");
    assert.equal(containerOf(pod).state?.terminated?.exitCode, 137);
  });

  await t.step("one of two: the pod goes on and is not ready", async () => {
    await agent.apply(
      "half.yaml",
      manifest("half", {
        restartPolicy: "Never",
        containers: [container("main", "exit 0"), container("other", FOREVER)],
      }),
    );
    const pod = await untilRow(agent, "half-edge-1", "1/2 NotReady");
    assert.equal(pod.status?.phase, "Running");
  });

  await t.step("with 0 and restartPolicy OnFailure: Completed", async () => {
    const script = "[ -e /keep/tried ] && exit 0; touch /keep/tried; exit 1";
    await agent.apply(
      "retry.yaml",
      manifest("retry", {
        restartPolicy: "OnFailure",
        containers: [
          container("main", script, { volumeMounts: [{ name: "keep", mountPath: "/keep" }] }),
        ],
        volumes: [{ name: "keep", emptyDir: {} }],
      }),
    );
    const pod = await untilRow(agent, "retry-edge-1", "0/1 Completed");
    const { restartCount, lastState } = containerOf(pod);
    assert.equal(restartCount, 1);
    assert.deepEqual(
      [lastState?.terminated?.exitCode, lastState?.terminated?.reason],
      [1, "Error"],
    );
  });

  await t.step("again and again: CrashLoopBackOff, counted, and two runs are kept", async () => {
    await agent.apply("crash.yaml", scriptPod("crash", "echo run; exit 7"));
    const pod = await untilPod(agent, "crash-edge-1", (pod) => {
      const { state, restartCount } = containerOf(pod);
      return restartCount >= 2 && state?.waiting?.reason === "CrashLoopBackOff";
    });
    const { state, lastState } = containerOf(pod);
    assert.equal(
      state?.waiting?.message,
      `back-off 2s restarting failed container=main pod=crash-edge-1_default(${pod.metadata.uid})`,
    );
    assert.equal(lastState?.terminated?.exitCode, 7);
    const runs = await idsIn(lab, { uid: pod.metadata.uid, kind: "container" });
    assert.ok(runs.length <= 2, `${runs.length} containers`);
    const events = await eventsOf(agent, "crash-edge-1");
    assert.match(
      messageOf(events, "BackOff"),
      /^Back-off restarting failed container main in pod /,
    );
    assert.match((await succeed(agent, ["logs", "-p", "crash-edge-1"])).stdout, /^run\n$/);
    const { stdout } = await succeed(agent, ["pods"]);
    assert.match(stdout, /crash-edge-1 +0\/1 +CrashLoopBackOff +[2-9] \(\d+s ago\)/);
  });

  await t.step("for want of memory: OOMKilled", async () => {
    await agent.apply(
      "greedy.yaml",
      manifest("greedy", {
        restartPolicy: "Never",
        containers: [
          container("main", "x=a; while :; do x=$x$x; done", {
            resources: { limits: { memory: "16Mi" } },
          }),
        ],
      }),
    );
    const pod = await untilEnded(agent, "greedy-edge-1", "0/1 OOMKilled");
    assert.equal(containerOf(pod).state?.terminated?.exitCode, 137);
    assert.equal(pod.status?.phase, "Failed");
  });
  await agent.stop();
});

Deno.test("containers that cannot be started", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  await agent.start();

  await t.step("a command that does not exist: RunContainerError, StartError", async () => {
    await agent.apply(
      "typo.yaml",
      manifest("typo", { containers: [container("main", "", { command: ["/no/such/program"] })] }),
    );
    const pod = await untilPod(agent, "typo-edge-1", (pod) => {
      const { state, lastState } = containerOf(pod);
      return state?.waiting !== undefined && lastState?.terminated !== undefined;
    });
    const { state, lastState } = containerOf(pod);
    assert.match(state?.waiting?.reason ?? "", /^(RunContainerError|CrashLoopBackOff)$/);
    assert.equal(lastState?.terminated?.reason, "StartError");
    assert.equal(lastState?.terminated?.exitCode, 128);
    assert.match(lastState?.terminated?.message ?? "", /no\/such\/program.*no such file/);
    await untilRow(agent, "typo-edge-1", "0/1 CrashLoopBackOff");
    const events = await eventsOf(agent, "typo-edge-1");
    assert.match(messageOf(events, "Failed"), /^Error: .*no\/such\/program/);
  });

  await t.step("the same with restartPolicy Never: the pod has Failed", async () => {
    await agent.apply(
      "never.yaml",
      manifest("never", {
        restartPolicy: "Never",
        containers: [container("main", "", { command: ["/no/such/program"] })],
      }),
    );
    const pod = await untilEnded(agent, "never-edge-1", "0/1 StartError");
    assert.equal(pod.status?.phase, "Failed");
  });

  await t.step("an image that does not exist: ErrImagePull, then ImagePullBackOff", async () => {
    const image = "127.0.0.1:9/no/such:1";
    await agent.apply(
      "absent.yaml",
      manifest("absent", { containers: [container("main", "", { image })] }),
    );
    await untilRow(agent, "absent-edge-1", "0/1 ErrImagePull");
    const pod = await untilRow(agent, "absent-edge-1", "0/1 ImagePullBackOff");
    assert.equal(pod.status?.phase, "Pending");
    const { message } = containerOf(pod).state?.waiting ?? {};
    assert.match(
      message ?? "",
      /^Back-off pulling image "127\.0\.0\.1:9\/no\/such:1": ErrImagePull: .*connection refused/,
    );
    const events = await eventsOf(agent, "absent-edge-1");
    assert.equal(messageOf(events, "BackOff"), `Back-off pulling image "${image}"`);
    assert.ok(events.some(({ message }) => message === "Error: ErrImagePull"));
  });

  await t.step("an image that may not be pulled: ErrImageNeverPull", async () => {
    const fields = { image: "no.such/image:1", imagePullPolicy: "Never" };
    await agent.apply(
      "local.yaml",
      manifest("local", { containers: [container("main", FOREVER, fields)] }),
    );
    const pod = await untilRow(agent, "local-edge-1", "0/1 ErrImageNeverPull");
    assert.equal(
      containerOf(pod).state?.waiting?.message,
      'Container image "no.such/image:1" is not present with pull policy of Never',
    );
    await lab.ctr(["images", "tag", lab.images.busybox, "no.such/image:1"]);
    const running = await untilRow(agent, "local-edge-1", "1/1 Running");
    assert.equal(containerOf(running).restartCount, 0);
  });

  await t.step("an image name that is none: InvalidImageName", async () => {
    await agent.apply(
      "name.yaml",
      manifest("name", { containers: [container("main", "", { image: "Not A Name" })] }),
    );
    await untilRow(agent, "name-edge-1", "0/1 InvalidImageName");
  });
  await agent.stop();
});
