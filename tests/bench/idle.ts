/** What an agent takes while its pods run and nothing happens. */
import type { LabAgent } from "../lab/agent.ts";
import { runningAt } from "./agent_log.ts";
import type { Figure } from "./figures.ts";
import { sleeperManifest } from "./pods.ts";
import { usage } from "./usage.ts";

const PODS = 10;
const IDLE_MS = 60_000;
/** What a start leaves to do is over by then. */
const SETTLE_MS = 15_000;

export async function idle(agent: LabAgent): Promise<readonly Figure[]> {
  const names = Array.from({ length: PODS }, (_, index) => `idle-${index}`);
  for (const name of names) await agent.apply(`${name}.yaml`, sleeperManifest(name));
  await runningAt(agent, names.map((name) => `default/${name}-edge-1`));
  const pid = agent.pid;
  if (pid === undefined) throw new Error("the agent does not run");
  await pause(SETTLE_MS);
  const before = usage(pid);
  await pause(IDLE_MS);
  const after = usage(pid);
  const cpuPercent = (after.cpuSeconds - before.cpuSeconds) / (IDLE_MS / 1000) * 100;
  return [
    { name: `${PODS} pods idle, RSS`, value: after.rssMb, unit: "MB", atMost: 70 },
    { name: `${PODS} pods idle, RSS not backed by files`, value: after.anonymousMb, unit: "MB" },
    { name: `${PODS} pods idle, CPU`, value: cpuPercent, unit: "%", atMost: 0.5 },
    {
      name: `${PODS} pods idle, written to disk in ${IDLE_MS / 1000} s`,
      value: after.writtenBytes - before.writtenBytes,
      unit: "B",
      atMost: 0,
    },
  ];
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
