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
import { flood } from "./flood.ts";
import { openFloor } from "./floor.ts";
import { idle } from "./idle.ts";
import { podStart } from "./pod_start.ts";
import { type Part, runParts } from "./report.ts";
import { stalledReader } from "./stalled_reader.ts";
import { wrk } from "./wrk.ts";

/** The agent on its own, with manifests. */
const standalone: Part = async (report) => {
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
  report(await wrk(lab, agent));
  await agent.stop();
  report(await stalledReader(lab));
  report(await crowd(lab));
  report(await agentStart(lab));
};

await buildBundle();
await runParts({ standalone, cluster: clusterBench }, Deno.args[0]);
