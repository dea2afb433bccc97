/** What an idle node writes to its store while its link is up, and while it is down. */
import { type LabAgent, labAgent } from "../../lab/agent.ts";
import { startCluster } from "../../lab/cluster.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import type { StatusView } from "../../../src/server/control/control_api.ts";
import { startLab } from "../../lab/lab.ts";
import { watchPods } from "../cluster/pod_times.ts";
import type { Figure } from "../figures.ts";
import { usage } from "../usage.ts";

const PODS = 10;
const NODE = "edge-1";
const IDLE_MINUTES = 10;
/** What a start, or the loss of the link, leaves to do is over by then. */
const SETTLE_MS = 60_000;

export async function idleWrites(): Promise<readonly Figure[]> {
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  const agent = await labAgent(lab, {
    nodeName: NODE,
    kubeconfig: await cluster.nodeKubeconfig(NODE),
    kubelet: { authentication: { x509: { clientCAFile: `${cluster.pki.dir}/ca.crt` } } },
  });
  await agent.start();
  await untilNodeReady(cluster, NODE);
  {
    await using pods = await watchPods(cluster);
    await pods.start(Array.from({ length: PODS }, (_, index) => `idle-${index}`), NODE);
  }
  const up = await measure("up", agent);
  await cluster.stop();
  const down = await measure("down", agent);
  await agent.stop();
  return [...up, ...down];
}

async function measure(link: "up" | "down", agent: LabAgent): Promise<readonly Figure[]> {
  await pause(SETTLE_MS);
  const before = await written(agent);
  await pause(IDLE_MINUTES * 60_000);
  const after = await written(agent);
  const name = `${PODS} pods idle for ${IDLE_MINUTES} min, link ${link}`;
  return [
    {
      name: `${name}, written by the store`,
      value: after.store - before.store,
      unit: "B",
      atMost: 0,
    },
    // In the lab its log is a file.
    { name: `${name}, its log included`, value: after.all - before.all, unit: "B" },
  ];
}

/** By the store's own count, and by the kernel's of the whole process. */
async function written(agent: LabAgent): Promise<{ readonly store: number; readonly all: number }> {
  if (agent.pid === undefined) throw new Error("the agent does not run");
  const { stdout } = await agent.skerry(["status", "-o", "json"]);
  const { store }: StatusView = JSON.parse(stdout);
  if (store.writtenBytes === null) throw new Error("the store's writes are not counted");
  const byCause = Object.values(store.writtenBytes);
  return {
    store: byCause.reduce((sum, bytes) => sum + bytes, 0),
    all: usage(agent.pid).writtenBytes,
  };
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
