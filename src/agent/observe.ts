/** Looks at one pod in the runtime. */
import { annotation } from "../core/cri/labels.ts";
import type { ContainerRecord, ContainerSummary, Sandbox } from "../core/cri/types.ts";
import { second } from "../core/instant.ts";
import type { AgentMetrics } from "../core/metrics/agent_metrics.ts";
import { newestFirst, type Observed } from "../core/pod/observed.ts";
import type { Clock } from "../ports/clock.ts";
import { NotFound } from "../ports/errors.ts";
import type { Runtime } from "../ports/runtime.ts";
import { stopwatch } from "../ports/stopwatch.ts";
import type { TerminationMessages } from "./termination_message.ts";

export interface Observer {
  /** Everything the runtime has of the pod. Throws what the runtime port throws. */
  observe(podUid: string): Promise<Observed>;
  /** Forgets what was kept of a pod that is gone. */
  forget(podUid: string): void;
}

/** What is known of one pod from the looks before. */
interface Known {
  /** Ready sandboxes whose addresses are known. */
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  /** Containers that run or have exited. */
  readonly containers: ReadonlyMap<string, ContainerRecord>;
}

const unknown: Known = { sandboxes: new Map(), containers: new Map() };

/**
 * The lists are asked for at every look. What only a status tells stays the same while a container runs, once it has exited,
 * and while a sandbox is ready, so it is read once for each of these; with it the exited container's last words.
 */
export function createObserver(
  { runtime, messages, clock, metrics }: {
    readonly runtime: Runtime;
    readonly messages: TerminationMessages;
    readonly clock: Clock;
    readonly metrics: Pick<AgentMetrics, "runtime">;
  },
): Observer {
  const pods = new Map<string, Known>();

  async function observe(podUid: string): Promise<Observed> {
    const seconds = stopwatch(clock);
    const seen = await look(podUid);
    metrics.runtime.podRelistDuration.observe({}, seconds());
    metrics.runtime.lastSeen.set({}, clock.now() / second);
    return seen;
  }

  async function look(podUid: string): Promise<Observed> {
    const [sandboxes, containers] = await Promise.all([
      runtime.listSandboxes({ podUid }),
      runtime.listContainers({ podUid }),
    ]);
    const sorted = sandboxes.toSorted(newestFirst((sandbox) => sandbox.metadata.attempt));
    const known = pods.get(podUid) ?? unknown;
    const [addressed, records] = await Promise.all([
      withAddresses(sorted, known),
      Promise.all(containers.map((summary) => recordOf(summary, known))),
    ]);
    const seen = { sandboxes: addressed, containers: inOrder(records) };
    pods.set(podUid, knownFrom(seen));
    return seen;
  }

  /** Only the newest sandbox's addresses matter, and only while it is ready. */
  async function withAddresses(
    sandboxes: readonly Sandbox[],
    known: Known,
  ): Promise<readonly Sandbox[]> {
    const [newest, ...rest] = sandboxes;
    if (newest?.state !== "Ready") return sandboxes;
    const full = known.sandboxes.get(newest.id) ?? await orNull(runtime.sandbox(newest.id));
    return full === null ? rest : [full, ...rest];
  }

  async function recordOf(
    summary: ContainerSummary,
    known: Known,
  ): Promise<ContainerRecord | null> {
    const before = known.containers.get(summary.id);
    if (before?.state === "Exited" || before?.state === summary.state) return before;
    const record = await orNull(runtime.container(summary.id));
    if (record?.state !== "Exited") return record;
    return { ...record, message: await messages.read(record) };
  }

  return { observe, forget: (podUid) => void pods.delete(podUid) };
}

function knownFrom({ sandboxes, containers }: Observed): Known {
  const addressed = sandboxes.filter(({ state, ips }) => state === "Ready" && ips.length > 0);
  const constant = containers.filter(({ state }) => state === "Running" || state === "Exited");
  return {
    sandboxes: new Map(addressed.map((sandbox) => [sandbox.id, sandbox])),
    containers: new Map(constant.map((record) => [record.id, record])),
  };
}

function inOrder(records: readonly (ContainerRecord | null)[]): readonly ContainerRecord[] {
  return records.filter((record) => record !== null)
    .toSorted(newestFirst(restartCount));
}

function restartCount(record: ContainerRecord): number {
  const annotated = Number(record.annotations[annotation.restartCount]);
  return Number.isInteger(annotated) ? annotated : record.attempt;
}

/** What vanished between the list and the look is simply not there. */
async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (err) {
    if (err instanceof NotFound) return null;
    throw err;
  }
}
