/** How soon a node is back that lost its power and finds no API server, beside what the runtime alone takes for the same pods. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { connectCri } from "../../../src/adapters/cri/connect.ts";
import { reboot as powerCut } from "../../e2e/reboot.ts";
import { fakeLog } from "../../fakes/log.ts";
import { type LabAgent, labAgent } from "../../lab/agent.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { type Lab, startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";
import { watchPods } from "../cluster/pod_times.ts";
import { type Figure, median } from "../figures.ts";
import { openFloor } from "../floor.ts";

const PODS = 10;
const NODE = "edge-1";
const ROUNDS = 3;
const TIMEOUT_MS = 120_000;

/** Floor and agent take turns, each on a machine that has just come up. */
export async function reboot(): Promise<readonly Figure[]> {
  await using lab = await startLab();
  const agent = await nodeWithPods(lab);
  const rounds: { readonly floor: number; readonly starts: readonly number[] }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await powerCut(lab);
    const floor = await floorOf(lab);
    await powerCut(lab);
    rounds.push({ floor, starts: await restart(lab, agent) });
  }
  await agent.kill();
  return figures(rounds);
}

/** A node whose cluster has given it pods, and is not there any more. */
async function nodeWithPods(lab: Lab): Promise<LabAgent> {
  await using cluster = await startCluster(lab);
  const agent = await labAgent(lab, {
    nodeName: NODE,
    kubeconfig: await cluster.nodeKubeconfig(NODE),
    kubelet: { authentication: { x509: { clientCAFile: `${cluster.pki.dir}/ca.crt` } } },
  });
  await agent.start();
  await untilNodeReady(cluster, NODE);
  await startPods(cluster);
  await agent.kill();
  return agent;
}

async function startPods(cluster: Cluster): Promise<void> {
  await using pods = await watchPods(cluster);
  await pods.start(Array.from({ length: PODS }, (_, index) => `offline-${index}`), NODE);
}

async function floorOf(lab: Lab): Promise<number> {
  const floor = await openFloor(lab);
  try {
    return await floor.start(PODS);
  } finally {
    floor.close();
  }
}

/** From the start of the agent's process until each container was started, by the runtime's word, soonest first. */
async function restart(lab: Lab, agent: LabAgent): Promise<readonly number[]> {
  const began = Date.now();
  await agent.start();
  const cri = connectCri({ endpoint: lab.endpoint, clock: systemClock(), log: fakeLog() });
  const running = async () => {
    const all = await cri.runtime.listContainers();
    return all.filter(({ state, createdAt }) => state === "Running" && createdAt >= began);
  };
  try {
    const areUp = async () => (await running()).length === PODS;
    if (!(await waitUntil(areUp, { timeoutMs: TIMEOUT_MS, intervalMs: 100 }))) {
      throw new Error(`of ${PODS} pods ${(await running()).length} came back`);
    }
    const records = await Promise.all((await running()).map(({ id }) => cri.runtime.container(id)));
    return records.map(({ startedAt }) => startedAt - began).toSorted((a, b) => a - b);
  } finally {
    cri.close();
    await agent.kill();
  }
}

function figures(
  rounds: readonly { readonly floor: number; readonly starts: readonly number[] }[],
): readonly Figure[] {
  const name = `reboot without a link, ${PODS} pods`;
  const last = rounds.map(({ starts }) => starts.at(-1) ?? NaN);
  return [
    {
      name: `${name}, agent start to the first running`,
      value: median(rounds.map(({ starts }) => starts[0] ?? NaN)) / 1000,
      unit: "s",
      atMost: 2,
    },
    { name: `${name}, agent start to the last running`, value: median(last) / 1000, unit: "s" },
    {
      name: `raw CRI floor, ${PODS} pods`,
      value: median(rounds.map(({ floor }) => floor)),
      unit: "ms",
    },
    {
      name: `${name}, the last / floor`,
      value: median(rounds.map(({ floor }, round) => (last[round] ?? NaN) / floor)),
      unit: "x",
      atMost: 1.15,
    },
  ];
}
