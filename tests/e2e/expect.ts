/** Waits for what `skerry pods` and `skerry events` shall show, and says what they show instead when that does not come. */
import type { K8sContainerStatus, Pod } from "../../src/core/k8s.ts";
import { containerStatuses } from "../../src/core/pod/container_statuses.ts";
import { summarizePod } from "../../src/core/pod/summary.ts";
import type { LabAgent } from "../lab/agent.ts";
import { logTail } from "../lab/daemon.ts";
import { waitUntil } from "../lab/processes.ts";
import type { RunResult } from "../lab/run.ts";

/** An event as `skerry events -o json` prints it. */
export interface ShownEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly involvedObject: { readonly name: string; readonly fieldPath?: string };
}

/** Long enough for a loaded machine; nothing here is about time. */
const TIMEOUT_MS = 90_000;
/** Each look starts the `skerry` command, a process of its own. */
const INTERVAL_MS = 50;

/** READY and STATUS as `skerry pods` prints them, or `gone`. */
export function row(pod: Pod | undefined): string {
  if (pod === undefined) return "gone";
  const { ready, status } = summarizePod(pod, Date.now());
  return `${ready} ${status}`;
}

/** The status of a container of any kind. Throws when the pod has none of that name. */
export function containerOf(pod: Pod, name = "main"): K8sContainerStatus {
  const found = containerStatuses(pod.status).find((each) => each.name === name);
  if (found === undefined) throw new Error(`pod ${pod.metadata.name} has no container ${name}`);
  return found;
}

/** The id by which containerd knows a container. */
export function idOf(pod: Pod, name = "main"): string {
  return (containerOf(pod, name).containerID ?? "").replace("containerd://", "");
}

/** The pod of that name; undefined when there is none. */
export async function findPod(agent: LabAgent, name: string): Promise<Pod | undefined> {
  return (await agent.pods()).find(({ metadata }) => metadata.name === name);
}

/** Waits until the pod is as `isRight` says and gives it. Throws with its status, events and the agent's log. */
export async function untilPod(
  agent: LabAgent,
  name: string,
  isRight: (pod: Pod) => boolean,
): Promise<Pod> {
  let pod: Pod | undefined;
  const look = async (): Promise<boolean> => {
    pod = await findPod(agent, name);
    return pod !== undefined && isRight(pod);
  };
  if (!(await waitUntil(look, { timeoutMs: TIMEOUT_MS, intervalMs: INTERVAL_MS }))) {
    throw new Error(
      `pod ${name} is not as expected but ${row(pod)}:\n${JSON.stringify(pod?.status, null, 1)}\n` +
        `${(await agent.skerry(["events", `--for=${name}`])).stdout}\n` +
        await logTail(agent.logPath, 10),
    );
  }
  return pod as Pod;
}

/** Waits until `skerry pods` shows the pod with this READY and STATUS, such as `1/1 Running`. */
export function untilRow(agent: LabAgent, name: string, expected: string): Promise<Pod> {
  return untilPod(agent, name, (pod) => row(pod) === expected);
}

/** Waits until the pod has ended, so that nothing of it is up any more, and is shown like that. */
export async function untilEnded(agent: LabAgent, name: string, expected: string): Promise<Pod> {
  const isEnded = ({ status }: Pod) => status?.phase === "Succeeded" || status?.phase === "Failed";
  return await untilPod(agent, name, (pod) => row(pod) === expected && isEnded(pod));
}

/** Waits until the agent does not know the pod any more. */
export async function untilGone(agent: LabAgent, name: string): Promise<void> {
  let pod: Pod | undefined;
  const gone = async () => (pod = await findPod(agent, name)) === undefined;
  if (await waitUntil(gone, { timeoutMs: TIMEOUT_MS, intervalMs: INTERVAL_MS })) return;
  throw new Error(`pod ${name} is not gone but ${row(pod)}:\n${await logTail(agent.logPath, 10)}`);
}

/** What `skerry events` knows of a pod, oldest first. */
export async function eventsOf(agent: LabAgent, name: string): Promise<readonly ShownEvent[]> {
  const { stdout } = await succeed(agent, ["events", `--for=${name}`, "-o", "json"]);
  return JSON.parse(stdout).items;
}

/** Runs a `skerry` command that must succeed. */
export async function succeed(agent: LabAgent, args: readonly string[]): Promise<RunResult> {
  const result = await agent.skerry(args);
  if (result.code === 0) return result;
  throw new Error(`skerry ${args.join(" ")}: exit code ${result.code}: ${result.stderr}`);
}

/** What a container has written, as `skerry logs` gives it. */
export async function logOf(agent: LabAgent, ...args: readonly string[]): Promise<string> {
  return (await succeed(agent, ["logs", ...args])).stdout;
}

/** Waits until `isRight` holds; throws with `what` was waited for. */
export async function until(
  what: string,
  isRight: () => boolean | Promise<boolean>,
  { timeoutMs = TIMEOUT_MS, intervalMs = INTERVAL_MS }: {
    readonly timeoutMs?: number;
    readonly intervalMs?: number;
  } = {},
): Promise<void> {
  if (await waitUntil(isRight, { timeoutMs, intervalMs })) return;
  throw new Error(`waited in vain until ${what}`);
}
