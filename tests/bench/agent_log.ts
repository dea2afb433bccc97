/** Reads from the agent's own log when a pod changed its phase: the time is the agent's, and asking costs it nothing. */
import type { LabAgent } from "../lab/agent.ts";
import { waitUntil } from "../lab/processes.ts";

interface LogRecord {
  /** Milliseconds since 1970. */
  readonly ts: number;
  readonly msg: string;
  readonly pod?: string;
  readonly phase?: string;
}

const TIMEOUT_MS = 60_000;

/** When each of these pods (`namespace/name`) was first seen Running, in milliseconds since 1970. */
export async function runningAt(
  agent: LabAgent,
  pods: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  const seen = await waitUntil(async () => {
    for (const { ts, msg, pod, phase } of await records(agent.logPath)) {
      if (msg !== "Pod changed its phase" || phase !== "Running" || pod === undefined) continue;
      if (pods.includes(pod) && !times.has(pod)) times.set(pod, ts);
    }
    return times.size === pods.length;
  }, { timeoutMs: TIMEOUT_MS, intervalMs: 25 });
  if (!seen) throw new Error(`of ${pods.length} pods only ${times.size} came to run`);
  return times;
}

async function records(path: string): Promise<readonly LogRecord[]> {
  const lines = (await Deno.readTextFile(path)).split("\n");
  return lines.filter((line) => line.startsWith("{") && line.endsWith("}")).map((line) =>
    JSON.parse(line)
  );
}
