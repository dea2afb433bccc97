/** How long a pod takes from being bound to being Running, in turns with the kubelet, above what the runtime alone takes. */
import { startLab } from "../../lab/lab.ts";
import { type Figure, median, percentile } from "../figures.ts";
import { openFloor } from "../floor.ts";
import { type Bench, NODE_NAMES, type NodeName } from "./nodes.ts";
import { type PodTimes, watchPods } from "./pod_times.ts";

/** Rounds of one pod, and of many at once. */
const SINGLE_ROUNDS = 50;
const MANY = 30;
const MANY_ROUNDS = 3;
/** What one start leaves behind is over when the next one is measured. */
const QUIET_MS = 300;

export async function clusterPodStart({ cluster }: Bench): Promise<readonly Figure[]> {
  await using pods = await watchPods(cluster);
  const single = await compare(pods, { count: 1, rounds: SINGLE_ROUNDS });
  const many = await compare(pods, { count: MANY, rounds: MANY_ROUNDS });
  return [
    ...figures("bound to Running, one at a time", { times: single, atMost: 0.7 }),
    ...figures(`bound to Running, ${MANY} at once`, { times: many, atMost: 0.6 }),
    await floorOf(MANY),
  ];
}

/** Until the last of so many runs, without an agent and on a machine of its own: no agent can be faster. */
async function floorOf(count: number): Promise<Figure> {
  await using machine = await startLab({ nodeAddress: "10.99.0.3" });
  const floor = await openFloor(machine);
  const times: number[] = [];
  try {
    for (let round = 0; round <= MANY_ROUNDS; round++) {
      const took = await floor.start(count);
      if (round > 0) times.push(took);
    }
  } finally {
    floor.close();
  }
  return { name: `raw CRI floor, ${count} at once, the last`, value: median(times), unit: "ms" };
}

type Times = Readonly<Record<NodeName, readonly number[]>>;

/** A first round of each is not counted; who goes first changes with every round. */
async function compare(
  pods: PodTimes,
  { count, rounds }: { readonly count: number; readonly rounds: number },
): Promise<Times> {
  const times: Record<NodeName, number[]> = { skerry: [], kubelet: [] };
  for (let round = 0; round <= rounds; round++) {
    const turns = round % 2 === 0 ? NODE_NAMES : NODE_NAMES.toReversed();
    for (const node of turns) {
      const names = Array.from(
        { length: count },
        (_, index) => `${node}-${count}-${round}-${index}`,
      );
      const took = await pods.start(names, node);
      if (round > 0) times[node].push(...took);
      await pods.remove(names);
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
  }
  return times;
}

function figures(
  name: string,
  { times, atMost }: { readonly times: Times; readonly atMost: number },
): readonly Figure[] {
  const ways = { p50: median, p99: (values: readonly number[]) => percentile(values, 99) };
  return Object.entries(ways).flatMap(([way, of]): Figure[] => {
    const [skerry, kubelet] = [of(times.skerry), of(times.kubelet)];
    return [
      { name: `${name}, ${way}, kubelet`, value: kubelet, unit: "ms" },
      { name: `${name}, ${way}`, value: skerry, unit: "ms" },
      { name: `${name}, ${way} / kubelet`, value: skerry / kubelet, unit: "x", atMost },
    ];
  });
}
