/** What an agent takes of a gigabyte that goes through a port-forward to somebody who does not read it, in each direction. */
import { container, manifest } from "../e2e/manifest.ts";
import { type LabAgent, labAgent } from "../lab/agent.ts";
import type { Lab } from "../lab/lab.ts";
import { run } from "../lab/run.ts";
import { runningAt } from "./agent_log.ts";
import type { Figure } from "./figures.ts";
import type { ForwardResult } from "./stalled_reader_program.ts";
import { usage } from "./usage.ts";

const PORT = 10260;
const POD = "streams";
const SAMPLE_MS = 100;

/** Whoever asks may have a stream: who may is not what is measured. */
const OPEN = {
  port: PORT,
  healthzPort: 0,
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: "AlwaysAllow" },
  logging: { format: "json" },
};

/** Ports of the pod: one takes nothing in, one gives without end, one takes everything. */
const PORTS = { takesNothing: 9001, gives: 9002, takes: 9003 } as const;

const SCRIPT = [
  `nc -lk -p ${PORTS.takesNothing} -e sleep 600 &`,
  `nc -lk -p ${PORTS.gives} -e cat /dev/zero &`,
  `nc -lk -p ${PORTS.takes} -e dd of=/dev/null bs=1M &`,
  "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done",
].join("\n");

export async function stalledReader(lab: Lab): Promise<readonly Figure[]> {
  const agent = await labAgent(lab, { name: "streams", nodeName: "edge-2", kubelet: OPEN });
  await agent.start();
  try {
    await agent.apply(`${POD}.yaml`, manifest(POD, { containers: [container("main", SCRIPT)] }));
    await runningAt(agent, [`default/${POD}-edge-2`]);
    // What a first stream leaves in memory is that of the code for it.
    await forward(lab, { port: PORTS.takes, megabytes: 8 });
    const up = await growth(
      agent,
      () => forward(lab, { port: PORTS.takesNothing, megabytes: 1024 }),
    );
    const down = await growth(agent, () => forward(lab, { port: PORTS.gives, megabytes: 0 }));
    const flow = await growth(agent, () => forward(lab, { port: PORTS.takes, megabytes: 1024 }));
    const { megabytes, seconds } = flow.result;
    return [
      {
        name: `1 GB (${up.result.megabytes} taken) to a pod that does not read, RSS more`,
        value: up.mb,
        unit: "MB",
        atMost: 16,
      },
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

/** By how much the highest RSS meanwhile was above that before. */
async function growth<T>(
  agent: LabAgent,
  work: () => Promise<T>,
): Promise<{ readonly mb: number; readonly result: T }> {
  const { pid } = agent;
  if (pid === undefined) throw new Error("the agent does not run");
  const before = usage(pid).rssMb;
  let highest = before;
  const timer = setInterval(() => highest = Math.max(highest, usage(pid).rssMb), SAMPLE_MS);
  try {
    const result = await work();
    return { mb: highest - before, result };
  } finally {
    clearInterval(timer);
  }
}

async function forward(
  lab: Lab,
  { port, megabytes }: { readonly port: number; readonly megabytes: number },
): Promise<ForwardResult> {
  const program = new URL("stalled_reader_program.ts", import.meta.url).pathname;
  const flags = ["run", "-A", "--unsafely-ignore-certificate-errors"];
  const path = `/portForward/default/${POD}-edge-2`;
  const args = [`${PORT}`, path, `${port}`, `${megabytes}`];
  const { stdout } = await run(lab.inside([Deno.execPath(), ...flags, program, ...args]));
  return JSON.parse(stdout);
}
