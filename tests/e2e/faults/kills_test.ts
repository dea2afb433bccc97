/** An agent that is killed again and again while pods start, end and are replaced. */
import assert from "node:assert/strict";
import { seededRandom } from "../../fakes/random.ts";
import type { Lab } from "../../lab/lab.ts";
import { containerOf, row, until, untilPod } from "../expect.ts";
import { container, FOREVER, manifest } from "../manifest.ts";
import { idsIn, runningIn } from "../traces.ts";
import { podRecords } from "./pod_records.ts";
import { startStage } from "./stage.ts";

const kills = 200;
const services = ["a", "b", "c", "d", "e"];
/** A job is new in so many rounds; it stays to the end. */
const roundsPerJob = 10;
/** How long after it answers an agent lives at most. */
const longestLifeMs = 700;
/** The log tells of each thing that an agent sets out to do: what else would say why a container has run twice? */
const everyAction = { format: "json", verbosity: 4 };

/**
 * A pod whose container writes down its UID when it has been up for a second: the list tells of every one there ever was. Not at
 * once: where the agent dies while it waits for a start, containerd ends what it has just started.
 */
function telling(
  name: string,
  { script, folder, spec = {} }: {
    readonly script: string;
    readonly folder: string;
    readonly spec?: object;
  },
): object {
  const uid = { name: "UID", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } };
  return manifest(name, {
    containers: [
      container("main", `sleep 1; echo $UID >> /starts/list; ${script}`, {
        env: [uid],
        volumeMounts: [{ name: "starts", mountPath: "/starts" }],
      }),
    ],
    volumes: [{ name: "starts", hostPath: { path: folder } }],
    ...spec,
  });
}

Deno.test(`${kills} kills of the agent during a rollout: no container is restarted, none doubled, no status lost`, async (t) => {
  await using stage = await startStage({ kubelet: { logging: everyAction } });
  const { agent, lab } = stage;
  const folder = `${lab.workDir}/starts`;
  await Deno.mkdir(folder);
  const { fraction } = seededRandom(1);
  const jobs = new Map<string, number>();

  async function rollOut(round: number): Promise<void> {
    const name = services[round % services.length] ?? "";
    await agent.apply(`${name}.yaml`, telling(name, { script: `: ${round}; ${FOREVER}`, folder }));
    if (round % roundsPerJob > 0) return;
    const [job, code] = [`job-${round}`, round / roundsPerJob];
    jobs.set(job, code);
    const script = `exit ${code}`;
    const spec = { restartPolicy: "Never" };
    await agent.apply(`${job}.yaml`, telling(job, { script, folder, spec }));
  }

  await stage.step(t, "killed", async () => {
    await agent.kill();
    const began = performance.now();
    await agent.start();
    const startMs = performance.now() - began;
    await agent.kill();
    for (let round = 0; round < kills; round++) {
      await rollOut(round);
      await agent.spawn();
      await new Promise((wake) => setTimeout(wake, fraction() * (startMs + longestLifeMs)));
      await agent.kill();
    }
    await agent.start();
  });

  await stage.step(t, "everything is as it was wanted", async () => {
    const live: string[] = [];
    for (const name of services) {
      const pod = await untilPod(agent, `${name}-edge-1`, (pod) => row(pod) === "1/1 Running");
      const told = await podRecords(stage, pod);
      assert.equal(containerOf(pod).restartCount, 0, told);
      assert.equal((await runningIn(lab, pod.metadata.uid)).length, 1, told);
      live.push(pod.metadata.uid);
    }
    for (const [name, code] of jobs) {
      const phase = code === 0 ? "Succeeded" : "Failed";
      const pod = await untilPod(agent, `${name}-edge-1`, ({ status }) => status?.phase === phase);
      const told = await podRecords(stage, pod);
      assert.equal(containerOf(pod).state?.terminated?.exitCode, code, told);
      assert.equal(containerOf(pod).restartCount, 0, told);
      live.push(pod.metadata.uid);
    }
    await until("each has written itself down", async () => {
      const text = await Deno.readTextFile(`${folder}/list`);
      return live.every((uid) => text.includes(uid));
    });
    const starts = (await Deno.readTextFile(`${folder}/list`)).trim().split("\n");
    const twice = starts.filter((uid, index) => starts.indexOf(uid) !== index);
    assert.deepEqual(twice, [], "nothing was started twice");
    await until("nothing is left of pods that were replaced", async () => {
      const ofLive = await Promise.all(live.map((uid) => idsIn(lab, { uid, kind: "sandbox" })));
      assert.ok(ofLive.every(({ length }) => length <= 1), "no pod has two sandboxes");
      return (await allSandboxes(lab)).length === ofLive.flat().length + 1;
    });
  });
});

async function allSandboxes(lab: Lab): Promise<readonly string[]> {
  const filter = 'labels."io.cri-containerd.kind"==sandbox';
  const { stdout } = await lab.ctr(["containers", "list", "--quiet", filter]);
  return stdout.split("\n").filter(Boolean);
}
