/** What an agent and its pods take of a flood of requests by strangers. */
import { containerOf, findPod } from "../e2e/expect.ts";
import { container, FOREVER, manifest } from "../e2e/manifest.ts";
import type { LabAgent } from "../lab/agent.ts";
import type { Lab } from "../lab/lab.ts";
import { run } from "../lab/run.ts";
import { runningAt } from "./agent_log.ts";
import type { Figure } from "./figures.ts";
import type { FloodResult } from "./flood_program.ts";
import { usage } from "./usage.ts";
import { watchRss } from "./watch_rss.ts";

const PER_SECOND = 2_000;
const SECONDS = 30;
const PORT = 10250;
const SETTLE_MS = 5_000;

/** The agent runs; the flood stays inside of the lab's network. */
export async function flood(lab: Lab, agent: LabAgent): Promise<readonly Figure[]> {
  const { pid } = agent;
  if (pid === undefined) throw new Error("the agent does not run");
  const probes = await probedPod(agent);
  await pause(SETTLE_MS);
  const before = usage(pid);
  const rss = watchRss(pid);
  const result = await sendFlood(lab);
  const highestMb = rss.stop();
  await pause(SETTLE_MS);
  const after = usage(pid);
  const refused = result.answers["401"] ?? 0;
  const name = `${PER_SECOND} refusals a second`;
  return [
    { name: `${name}, reached`, value: result.sent / result.seconds, unit: "/s" },
    { name: `${name}, answered otherwise`, value: result.sent - refused, unit: "", atMost: 0 },
    { name: `${name}, 99th percentile of an answer`, value: result.p99Ms, unit: "ms" },
    {
      name: `${name}, CPU of the agent`,
      value: (after.cpuSeconds - before.cpuSeconds) / result.seconds * 100,
      unit: "%",
    },
    {
      name: `${name}, RSS above that before`,
      value: highestMb - before.rssMb,
      unit: "MB",
      atMost: 50,
    },
    {
      name: `${name}, RSS above that before, afterwards`,
      value: after.rssMb - before.rssMb,
      unit: "MB",
    },
    {
      name: `${name}, written to disk`,
      value: after.writtenBytes - before.writtenBytes,
      unit: "B",
      atMost: 256 * 1024,
    },
    {
      name: `${name}, longest time between probes`,
      value: await longestGap(probes),
      unit: "s",
      atMost: 2,
    },
    {
      name: `${name}, restarts of a probed container`,
      value: await restarts(agent),
      unit: "",
      atMost: 0,
    },
  ];
}

const POD = "probed";

/** A container that writes down when it is probed, each second; gives the file. */
async function probedPod(agent: LabAgent): Promise<string> {
  const folder = `${agent.dir}/probes`;
  await Deno.mkdir(folder, { recursive: true });
  const livenessProbe = {
    exec: { command: ["sh", "-c", "cat /proc/uptime >> /out/probes"] },
    periodSeconds: 1,
    failureThreshold: 1,
  };
  const volumeMounts = [{ name: "out", mountPath: "/out" }];
  const spec = {
    containers: [container("main", FOREVER, { livenessProbe, volumeMounts })],
    volumes: [{ name: "out", hostPath: { path: folder } }],
  };
  await agent.apply(`${POD}.yaml`, manifest(POD, spec));
  await runningAt(agent, [`default/${POD}-edge-1`]);
  return `${folder}/probes`;
}

/** Between two probes, in seconds. */
async function longestGap(file: string): Promise<number> {
  const times = (await Deno.readTextFile(file)).trim().split("\n").map((line) => parseFloat(line));
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? NaN)));
}

async function restarts(agent: LabAgent): Promise<number> {
  const pod = await findPod(agent, `${POD}-edge-1`);
  return pod === undefined ? NaN : containerOf(pod).restartCount;
}

async function sendFlood(lab: Lab): Promise<FloodResult> {
  const program = new URL("flood_program.ts", import.meta.url).pathname;
  const url = `https://${lab.nodeAddress}:${PORT}/metrics`;
  const args = [url, `${PER_SECOND}`, `${SECONDS}`];
  const { stdout } = await run(lab.inside([Deno.execPath(), "run", "-A", program, ...args]));
  return JSON.parse(stdout);
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
