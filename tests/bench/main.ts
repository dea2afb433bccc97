/** `deno task bench`: every figure against its target, on a private containerd; exits with 1 when one misses. */
import { buildBundle } from "./build.ts";
import { labAgent } from "../lab/agent.ts";
import { startLab } from "../lab/lab.ts";
import { agentStart } from "./agent_start.ts";
import { type Figure, keeps, line } from "./figures.ts";
import { openFloor } from "./floor.ts";
import { idle } from "./idle.ts";
import { podStart } from "./pod_start.ts";

const missed: Figure[] = [];

function report(figures: readonly Figure[]): void {
  for (const figure of figures) {
    console.log(line(figure));
    if (!keeps(figure)) missed.push(figure);
  }
}

await buildBundle();
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
await agent.stop();
report(await agentStart(lab));
Deno.exitCode = missed.length > 0 ? 1 : 0;
