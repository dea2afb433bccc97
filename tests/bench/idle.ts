/** What an agent takes while its pods run and nothing happens. */
import type { LabAgent } from "../lab/agent.ts";
import { readProc } from "../lab/processes.ts";
import { runningAt } from "./agent_log.ts";
import type { Figure } from "./figures.ts";
import { sleeperManifest } from "./pods.ts";

const PODS = 10;
const IDLE_MS = 60_000;
/** What a start leaves to do is over by then. */
const SETTLE_MS = 15_000;
/** USER_HZ of every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

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
  const cpuPercent = (after.cpuTicks - before.cpuTicks) / TICKS_PER_SECOND / (IDLE_MS / 1000) * 100;
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

interface Usage {
  readonly rssMb: number;
  readonly anonymousMb: number;
  readonly cpuTicks: number;
  readonly writtenBytes: number;
}

function usage(pid: number): Usage {
  const status = readProc(pid, "status") ?? "";
  const stat = readProc(pid, "stat") ?? "";
  const times = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13).map(Number);
  return {
    rssMb: megabytes(status, "VmRSS"),
    anonymousMb: megabytes(status, "RssAnon"),
    cpuTicks: (times[0] ?? NaN) + (times[1] ?? NaN),
    writtenBytes: Number(/^write_bytes: (\d+)$/m.exec(readProc(pid, "io") ?? "")?.[1]),
  };
}

/** The kernel counts in KiB; a MB has a million bytes. */
function megabytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024 / 1e6;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
