/** How much longer a pod takes to start than the runtime alone would need, in turns with the floor. */
import { stringify } from "yaml";
import type { LabAgent } from "../lab/agent.ts";
import { waitUntil } from "../lab/processes.ts";
import { runningAt } from "./agent_log.ts";
import { type Figure, median } from "./figures.ts";
import type { Floor } from "./floor.ts";
import { sleeperManifest } from "./pods.ts";

/** Rounds of one pod, and of many at once. */
const SINGLE_ROUNDS = 20;
const MANY = 20;
const MANY_ROUNDS = 6;
/** What one start leaves behind in containerd is over when the next one is measured. */
const QUIET_MS = 500;
const TARGET = 1.15;

export async function podStart(agent: LabAgent, floor: Floor): Promise<readonly Figure[]> {
  const single = await compare({ agent, floor, count: 1, rounds: SINGLE_ROUNDS });
  const many = await compare({ agent, floor, count: MANY, rounds: MANY_ROUNDS });
  return [
    { name: "pod start, raw CRI floor", value: single.floor, unit: "ms" },
    { name: "pod start, one after another", value: single.agent, unit: "ms" },
    {
      name: "pod start, one after another / floor",
      value: single.ratio,
      unit: "x",
      atMost: TARGET,
    },
    { name: `pod start, ${MANY} at once, raw CRI floor`, value: many.floor, unit: "ms" },
    { name: `pod start, ${MANY} at once`, value: many.agent, unit: "ms" },
    { name: `pod start, ${MANY} at once / floor`, value: many.ratio, unit: "x", atMost: TARGET },
  ];
}

interface Comparison {
  readonly agent: number;
  readonly floor: number;
  /** Of the medians. */
  readonly ratio: number;
}

/** A first round of each is not counted; who goes first changes with every round. */
async function compare(
  { agent, floor, count, rounds }: {
    readonly agent: LabAgent;
    readonly floor: Floor;
    readonly count: number;
    readonly rounds: number;
  },
): Promise<Comparison> {
  const times = { agent: [] as number[], floor: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const turns = [
      async () => times.floor.push(await floor.start(count)),
      async () => times.agent.push(await startPods(agent, { count, round })),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) {
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      await turn();
    }
  }
  const [agentMs, floorMs] = [median(times.agent.slice(1)), median(times.floor.slice(1))];
  return { agent: agentMs, floor: floorMs, ratio: agentMs / floorMs };
}

/** From before the first manifest is written to the last pod seen Running. */
async function startPods(
  agent: LabAgent,
  { count, round }: { readonly count: number; readonly round: number },
): Promise<number> {
  const names = Array.from({ length: count }, (_, index) => `p${count}-${round}-${index}`);
  const manifests = names.map((name) => ({
    file: `${name}.yaml`,
    text: stringify(sleeperManifest(name)),
  }));
  const began = Date.now();
  for (const { file, text } of manifests) await agent.apply(file, text);
  const times = await runningAt(agent, names.map((name) => `default/${name}-edge-1`));
  for (const { file } of manifests) await agent.remove(file);
  const gone = await waitUntil(async () => (await agent.pods()).length === 0, {
    timeoutMs: 60_000,
    intervalMs: 500,
  });
  if (!gone) throw new Error("the pods that were measured do not go");
  return Math.max(...times.values()) - began;
}
