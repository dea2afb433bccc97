/**
 * `deno task bench [standalone|cluster]`: every figure against its target, on a private containerd and beside the real kubelet; exits
 * with 1 when one misses.
 */
import { buildBundle } from "./build.ts";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { agentStart } from "./agent_start.ts";
import { clusterBench } from "./cluster_bench.ts";
import { crowd } from "./crowd.ts";
import { type Figure, keeps, line } from "./figures.ts";
import { flood } from "./flood.ts";
import { openFloor } from "./floor.ts";
import { idle } from "./idle.ts";
import { podStart } from "./pod_start.ts";
import { stalledReader } from "./stalled_reader.ts";

const missed: Figure[] = [];

function report(figures: readonly Figure[]): void {
  for (const figure of figures) {
    console.log(line(figure));
    if (!keeps(figure)) missed.push(figure);
  }
}

/** The agent on its own, with manifests. */
async function standalone(): Promise<void> {
  await using lab = await startLab();
  const agent = await labAgent(lab, { kubelet: { logging: { format: "json" } } });
  await agent.start();
  const floor = await openFloor(lab);
  try {
    report(await podStart(agent, floor));
  } finally {
    floor.close();
  }
  // A fresh process: what the starts before left in memory is not what an idle node has.
  await agent.stop();
  await agent.start();
  report(await idle(agent));
  report(await flood(lab, agent));
  await agent.stop();
  report(await stalledReader(lab));
  report(await crowd(lab));
  report(await agentStart(lab));
}

const parts = { standalone, cluster: () => clusterBench(report) };
const [only] = Deno.args;
const wanted = Object.entries(parts).filter(([name]) => only === undefined || only === name);
if (wanted.length === 0) throw new Error(`${only} is none of ${Object.keys(parts).join(", ")}`);
await buildBundle();
for (const [, measure] of wanted) await measure();
Deno.exitCode = missed.length > 0 ? 1 : 0;
