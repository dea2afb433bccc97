/** What Skerry and the kubelet take and ask while pods run and nothing happens, both at the same time. */
import type { Figure } from "../figures.ts";
import { type Usage, usage } from "../usage.ts";
import { requestsOf } from "./audit.ts";
import { type Bench, NODE_NAMES, type NodeName, restartNodes } from "./nodes.ts";
import { watchPods } from "./pod_times.ts";

const COUNTS = [10, 100] as const;
const IDLE_MS = 60_000;
/** What a start leaves to do is over by then. */
const SETTLE_MS = 20_000;

/** Both nodes are started anew with their pods running: what the starts of pods left in memory is not what an idle node has. */
export async function clusterIdle(bench: Bench): Promise<readonly Figure[]> {
  await using pods = await watchPods(bench.cluster);
  const figures: Figure[] = [];
  let running = 0;
  for (const count of COUNTS) {
    const indexes = Array.from({ length: count - running }, (_, index) => running + index);
    for (const node of NODE_NAMES) {
      await pods.start(indexes.map((index) => `${node}-idle-${index}`), node);
    }
    running = count;
    await restartNodes(bench);
    await pause(SETTLE_MS);
    figures.push(...figuresOf(count, await measure(bench)));
  }
  return figures;
}

interface Idle {
  readonly rssMb: number;
  readonly anonymousMb: number;
  readonly cpuPercent: number;
  readonly requests: number;
}

type Measured = Readonly<Record<NodeName, Idle>>;

async function measure(bench: Bench): Promise<Measured> {
  const since = Date.now();
  const before = usages(bench);
  await pause(IDLE_MS);
  const after = usages(bench);
  const span = { auditLog: bench.auditLog, since, until: since + IDLE_MS };
  const idle = async (name: NodeName): Promise<Idle> => ({
    rssMb: after[name].rssMb,
    anonymousMb: after[name].anonymousMb,
    cpuPercent: (after[name].cpuSeconds - before[name].cpuSeconds) / (IDLE_MS / 1000) * 100,
    requests: await requestsOf(name, span),
  });
  return { skerry: await idle("skerry"), kubelet: await idle("kubelet") };
}

function usages({ nodes }: Bench): Readonly<Record<NodeName, Usage>> {
  const of = (name: NodeName): Usage => {
    const { pid } = nodes[name];
    if (pid === undefined) throw new Error(`${name} does not run`);
    return usage(pid);
  };
  return { skerry: of("skerry"), kubelet: of("kubelet") };
}

function figuresOf(count: number, { skerry, kubelet }: Measured): readonly Figure[] {
  const name = `${count} pods of a cluster idle`;
  const compared = (
    what: string,
    { field, unit, atMost }: { field: keyof Idle; unit: string; atMost: number },
  ): readonly Figure[] => [
    { name: `${name}, ${what}, kubelet`, value: kubelet[field], unit },
    { name: `${name}, ${what}`, value: skerry[field], unit },
    {
      name: `${name}, ${what} / kubelet`,
      value: skerry[field] / kubelet[field],
      unit: "x",
      atMost,
    },
  ];
  return [
    ...compared("RSS", { field: "rssMb", unit: "MB", atMost: 0.75 }),
    ...compared("CPU", { field: "cpuPercent", unit: "%", atMost: 0.5 }),
    ...compared("requests a minute", { field: "requests", unit: "", atMost: 1 }),
  ];
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
