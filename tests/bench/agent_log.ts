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

/**
 * When each of these pods (`namespace/name`) was first seen Running, in milliseconds since 1970. Only what the log grew by
 * is read each time: on two cores the reading would otherwise slow down what it watches.
 */
export async function runningAt(
  { logPath }: Pick<LabAgent, "logPath">,
  pods: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  using file = await Deno.open(logPath);
  let rest = "";
  const seen = await waitUntil(async () => {
    const lines = (rest + await readOn(file)).split("\n");
    rest = lines.pop() ?? "";
    for (const { ts, msg, pod, phase } of lines.flatMap(record)) {
      if (msg !== "Pod changed its phase" || phase !== "Running" || pod === undefined) continue;
      if (pods.includes(pod) && !times.has(pod)) times.set(pod, ts);
    }
    return times.size === pods.length;
  }, { timeoutMs: TIMEOUT_MS, intervalMs: 25 });
  if (!seen) throw new Error(`of ${pods.length} pods only ${times.size} came to run`);
  return times;
}

/** From where the last reading ended to the file's end. */
async function readOn(file: Deno.FsFile): Promise<string> {
  const text = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let read = "";
  for (;;) {
    const count = await file.read(buffer);
    if (count === null) return read;
    read += text.decode(buffer.subarray(0, count), { stream: true });
  }
}

function record(line: string): readonly LogRecord[] {
  return line.startsWith("{") && line.endsWith("}") ? [JSON.parse(line)] : [];
}
