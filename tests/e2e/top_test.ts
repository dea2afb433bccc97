/** What a real runtime's pods use, as `skerry top` shows it. */
import assert from "node:assert/strict";
import type { ContainerStats, NodeStats, PodStats } from "../../src/core/stats/summary_api.ts";
import { type LabAgent, labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { succeed, until, untilRow } from "./expect.ts";
import { container, FOREVER, manifest } from "./manifest.ts";

const mebibyte = 1024 ** 2;
/** Uses one processor as far as it may. */
const BUSY = "while :; do :; done";
/** Keeps 24 MiB in memory, which belong to it since it wrote them. */
const LARGE = `head -c ${24 * mebibyte} /dev/zero > /big/file; ${FOREVER}`;

Deno.test("skerry top shows what the kernel counts of node, pods and containers", async (t) => {
  await using lab = await startLab();
  const agent = await labAgent(lab);
  await agent.start();
  await agent.apply(
    "work.yaml",
    manifest("work", {
      containers: [
        container("busy", BUSY, { resources: { limits: { cpu: "200m", memory: "64Mi" } } }),
        container("large", LARGE, {
          volumeMounts: [{ name: "big", mountPath: "/big" }],
          resources: { limits: { memory: "64Mi" } },
        }),
      ],
      volumes: [{ name: "big", emptyDir: { medium: "Memory" } }],
    }),
  );
  await untilRow(agent, "work-edge-1", "2/2 Running");

  await t.step("a busy container by its limit, a large one by its memory", async () => {
    const { pod, large } = await untilAtWork(agent);
    const bytes = large.memory?.workingSetBytes ?? 0;
    assert.ok(bytes < 40 * mebibyte, `${bytes}`);
    assert.equal((large.memory?.availableBytes ?? 0) + bytes, 64 * mebibyte);
    const used = pod.containers.map(({ cpu }) => cpu?.usageCoreNanoSeconds ?? NaN);
    const [sum, ofPod] = [used.reduce((a, b) => a + b), pod.cpu?.usageCoreNanoSeconds ?? 0];
    assert.ok(ofPod > sum * 0.8, `of the pod ${ofPod}, of its containers ${sum}`);
  });

  await t.step("as tables", async () => {
    const shown = (await succeed(agent, ["top", "pods", "--containers"])).stdout;
    assert.match(shown, /^NAMESPACE +POD +NAME +CPU\(cores\) +MEMORY\(bytes\)$/m);
    assert.match(shown, /^default +work-edge-1 +busy +\d+m +\d+Mi$/m);
    assert.match(
      (await succeed(agent, ["top", "pods"])).stdout,
      /^default +work-edge-1 +\d+m +\d+Mi$/m,
    );
    assert.match(
      (await succeed(agent, ["top", "node"])).stdout,
      /^edge-1 +\d+m +\d+% +\d+Mi +\d+%$/m,
    );
  });

  await t.step("the node has used more than its pods", async () => {
    const node: NodeStats = JSON.parse(
      (await succeed(agent, ["top", "node", "-o", "json"])).stdout,
    );
    const [pod] = await pods(agent);
    const [all, some] = [node.cpu, pod?.cpu].map((cpu) => cpu?.usageCoreNanoSeconds ?? NaN);
    assert.ok((all ?? NaN) > (some ?? NaN));
  });
  await agent.stop();
});

/** Once the busy one has been at it between two readings, and the large one has written all that it writes. */
async function untilAtWork(
  agent: LabAgent,
): Promise<{ readonly pod: PodStats; readonly large: ContainerStats }> {
  let last: readonly PodStats[] = [];
  const look = async (): Promise<boolean> => {
    last = await pods(agent);
    const { busy, large } = partsOf(last);
    const milliCpu = (busy.cpu?.usageNanoCores ?? 0) / 1e6;
    const bytes = large.memory?.workingSetBytes ?? 0;
    return milliCpu > 50 && milliCpu < 300 && bytes > 20 * mebibyte;
  };
  await until("both work", look).catch((error) => assert.fail(`${error}: ${JSON.stringify(last)}`));
  return partsOf(last);
}

function partsOf([pod, ...others]: readonly PodStats[]) {
  assert.ok(pod !== undefined && others.length === 0);
  const [busy, large] = ["busy", "large"].map((name) =>
    pod.containers.find((each) => each.name === name) ?? assert.fail(name)
  );
  assert.ok(busy && large);
  return { pod, busy, large };
}

async function pods(agent: LabAgent): Promise<readonly PodStats[]> {
  return JSON.parse((await succeed(agent, ["top", "pods", "-o", "json"])).stdout);
}
