/** Looks at one pod in the runtime. */
import { annotation, label } from "../core/cri/labels.ts";
import type { ContainerRecord, ContainerSummary, Sandbox } from "../core/cri/types.ts";
import { newestFirst, type Observed } from "../core/pod/observed.ts";
import { NotFound } from "../ports/errors.ts";
import type { Runtime } from "../ports/runtime.ts";
import type { TerminationMessages } from "./termination_message.ts";

export interface Observer {
  /** Everything the runtime has of the pod. Throws what the runtime port throws. */
  observe(podUid: string): Promise<Observed>;
  /** Forgets what was kept of a pod that is gone. */
  forget(podUid: string): void;
}

/** An exited container never changes again, so its record (with its termination message) is read once. */
export function createObserver(
  { runtime, messages }: { readonly runtime: Runtime; readonly messages: TerminationMessages },
): Observer {
  const exited = new Map<string, Map<string, ContainerRecord>>();

  async function observe(podUid: string): Promise<Observed> {
    const [sandboxes, containers] = await Promise.all([
      runtime.listSandboxes({ podUid }),
      runtime.listContainers({ podUid }),
    ]);
    const sorted = sandboxes.toSorted(newestFirst((sandbox) => sandbox.metadata.attempt));
    const known = exited.get(podUid) ?? new Map<string, ContainerRecord>();
    const [addressed, records] = await Promise.all([
      withAddresses(sorted),
      Promise.all(containers.map((summary) => recordOf(summary, known))),
    ]);
    exited.set(podUid, new Map(records.filter(isExited).map((record) => [record.id, record])));
    return { sandboxes: addressed, containers: inOrder(records) };
  }

  /** Only the newest sandbox's addresses matter, and only while it is ready. */
  async function withAddresses(sandboxes: readonly Sandbox[]): Promise<readonly Sandbox[]> {
    const [newest, ...rest] = sandboxes;
    if (newest?.state !== "Ready") return sandboxes;
    const full = await orNull(runtime.sandbox(newest.id));
    return full === null ? rest : [full, ...rest];
  }

  async function recordOf(
    summary: ContainerSummary,
    known: ReadonlyMap<string, ContainerRecord>,
  ): Promise<ContainerRecord | null> {
    const before = known.get(summary.id);
    if (before !== undefined) return before;
    const record = await orNull(runtime.container(summary.id));
    if (record?.state !== "Exited") return record;
    return { ...record, message: await messages.read(record) };
  }

  return { observe, forget: (podUid) => void exited.delete(podUid) };
}

function isExited(record: ContainerRecord | null): record is ContainerRecord {
  return record?.state === "Exited";
}

function inOrder(records: readonly (ContainerRecord | null)[]): readonly ContainerRecord[] {
  return records.filter((record) => record !== null)
    .toSorted(newestFirst((record) => restartCount(record)));
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

/** The pod a runtime object belongs to, if its labels say so. */
export function podUidOf(item: { readonly labels: Sandbox["labels"] }): string | undefined {
  return item.labels[label.podUid];
}
