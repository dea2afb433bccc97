/** What an agent takes of a gigabyte that goes through a port-forward to somebody who does not read it, in each direction. */
import { container, manifest } from "../e2e/manifest.ts";
import type { Lab } from "../lab/lab.ts";
import { runningAt } from "./agent_log.ts";
import type { Figure } from "./figures.ts";
import { growth, OPEN_PORT, openAgent, podName, runInLab } from "./open_agent.ts";
import type { ForwardResult } from "./stalled_reader_program.ts";

const POD = "forwarded";
const GIGABYTE = 1024;

/** Ports of the pod: one takes nothing in, one gives without end, one takes everything. */
const PORTS = { takesNothing: 9001, gives: 9002, takes: 9003 } as const;

const SCRIPT = [
  `nc -lk -p ${PORTS.takesNothing} -e sleep 600 &`,
  `nc -lk -p ${PORTS.gives} -e cat /dev/zero &`,
  `nc -lk -p ${PORTS.takes} -e dd of=/dev/null bs=1M &`,
  "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done",
].join("\n");

export async function stalledReader(lab: Lab): Promise<readonly Figure[]> {
  const agent = await openAgent(lab, "forwarding");
  const send = (port: number, megabytes: number): Promise<ForwardResult> => {
    const args = [
      `${OPEN_PORT}`,
      `/portForward/default/${podName(POD)}`,
      `${port}`,
      `${megabytes}`,
    ];
    return runInLab(lab, { program: "stalled_reader_program.ts", args });
  };
  try {
    await agent.apply(`${POD}.yaml`, manifest(POD, { containers: [container("main", SCRIPT)] }));
    await runningAt(agent, [`default/${podName(POD)}`]);
    // What a first stream leaves in memory is that of the code for it.
    await send(PORTS.takes, 8);
    const up = await growth(agent, () => send(PORTS.takesNothing, GIGABYTE));
    const down = await growth(agent, () => send(PORTS.gives, 0));
    const flow = await growth(agent, () => send(PORTS.takes, GIGABYTE));
    const { megabytes, seconds } = flow.result;
    return [
      { name: "1 GB to a pod that does not read, RSS more", value: up.mb, unit: "MB", atMost: 16 },
      {
        name: "1 GB to a client that does not read, RSS more",
        value: down.mb,
        unit: "MB",
        atMost: 16,
      },
      { name: "1 GB to a pod that reads, RSS more", value: flow.mb, unit: "MB" },
      { name: "1 GB to a pod that reads", value: megabytes / seconds, unit: "MB/s" },
    ];
  } finally {
    await agent.remove(`${POD}.yaml`);
    await agent.stop();
  }
}
