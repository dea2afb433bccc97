/** From the start of the agent's process to its first pod running, with images present and compiled code cached. */
import { type LabAgent, labAgent } from "../lab/agent.ts";
import type { Lab } from "../lab/lab.ts";
import { runningAt } from "./agent_log.ts";
import { type Figure, median } from "./figures.ts";
import { sleeperManifest } from "./pods.ts";

/** The first start compiles, as the first one after an installation does; it is not counted. */
const ROUNDS = 6;

export async function agentStart(lab: Lab): Promise<readonly Figure[]> {
  const agent = await labAgent(lab, { name: "start", kubelet: { logging: { format: "json" } } });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await startOnce(agent, round));
  await agent.start();
  await agent.remove(`start-${ROUNDS - 1}.yaml`);
  return [{
    name: "agent start to first pod running",
    value: median(times.slice(1)) / 1000,
    unit: "s",
    atMost: 2,
  }];
}

/** Each round has a pod of its own in the place of the one before. */
async function startOnce(agent: LabAgent, round: number): Promise<number> {
  const name = `start-${round}`;
  if (round > 0) await agent.remove(`start-${round - 1}.yaml`);
  await agent.apply(`${name}.yaml`, sleeperManifest(name));
  const began = Date.now();
  await agent.start();
  const pod = `default/${name}-edge-1`;
  const running = (await runningAt(agent, [pod])).get(pod) ?? NaN;
  await agent.stop();
  return running - began;
}
