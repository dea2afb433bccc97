/** Many who follow logs and run commands at once, for minutes: nobody misses a line, and the agent's memory is what it was. */
import { container, manifest } from "../e2e/manifest.ts";
import type { Lab } from "../lab/lab.ts";
import { runningAt } from "./agent_log.ts";
import type { CrowdResult } from "./crowd_program.ts";
import type { Figure } from "./figures.ts";
import { growth, OPEN_PORT, openAgent, podName, runInLab } from "./open_agent.ts";
import { usage } from "./usage.ts";

const POD = "crowded";
const FOLLOWERS = 200;
const EXECS = 50;
const SECONDS = 300;
/** What is let go of is collected by then. */
const SETTLE_MS = 15_000;

const COUNT = "i=0; while :; do echo $i; i=$((i+1)); usleep 50000; done";

export async function crowd(lab: Lab): Promise<readonly Figure[]> {
  const agent = await openAgent(lab, "crowding");
  const come = (seconds: number): Promise<CrowdResult> => {
    const args = [
      `${OPEN_PORT}`,
      `default/${podName(POD)}/main`,
      `${FOLLOWERS}`,
      `${EXECS}`,
      `${seconds}`,
      COUNT,
    ];
    return runInLab(lab, { program: "crowd_program.ts", args });
  };
  try {
    await agent.apply(`${POD}.yaml`, manifest(POD, { containers: [container("main", COUNT)] }));
    await runningAt(agent, [`default/${podName(POD)}`]);
    // What the first crowd leaves in memory is that of the code for it.
    await come(5);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const before = usage(agent.pid ?? NaN);
    const { mb, result } = await growth(agent, () => come(SECONDS));
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const after = usage(agent.pid ?? NaN);
    const name = `${FOLLOWERS} log followers and ${EXECS} execs`;
    return [
      { name: `${name}, lines`, value: result.lines, unit: "" },
      { name: `${name}, lost or out of order`, value: result.wrong, unit: "", atMost: 0 },
      { name: `${name}, broken off`, value: result.brokenOff, unit: "", atMost: 0 },
      {
        name: `${name}, CPU of the agent`,
        value: (after.cpuSeconds - before.cpuSeconds) / SECONDS * 100,
        unit: "%",
      },
      { name: `${name}, RSS above that before`, value: mb, unit: "MB" },
      {
        name: `${name}, RSS above that before, afterwards`,
        value: after.rssMb - before.rssMb,
        unit: "MB",
        atMost: 10,
      },
    ];
  } finally {
    await agent.remove(`${POD}.yaml`);
    await agent.stop();
  }
}
