/** The pods of this node: takes over what is desired, hands each pod to its worker, and drops it when it is gone. */
import { type Pod, podKey } from "../core/k8s.ts";
import { admit } from "../core/pod/admit.ts";
import type { PodEnd, PodMemory } from "../core/pod/memory.ts";
import type { PodState } from "../core/pod/state.ts";
import { RuntimeAway } from "../ports/errors.ts";
import type { Desired } from "./desired.ts";
import type { EventSubject } from "./pod_events.ts";
import { newRecord, type PodRecord, subjectOf } from "./pod_record.ts";
import { type PodWorkerDeps, syncPod } from "./pod_worker.ts";
import { createQueue, type Queue } from "./queue.ts";

export interface Pods {
  /** Takes over a new desired set; what is missing from it is deleted, leftovers once that is certain. */
  update(desired: Desired): void;
  /** Looks at a pod again. */
  mark(uid: string): void;
  markAll(): void;
  /** The records, in the order in which the pods came. */
  list(): readonly PodRecord[];
  /** Ends a pod for a reason outside its containers. */
  evict(uid: string, end: Omit<PodEnd, "at">): void;
  close(): Promise<void>;
}

export interface PodsDeps extends PodWorkerDeps {
  /** What the store remembered when the agent started. */
  readonly memories: ReadonlyMap<string, PodMemory>;
  /** The pods that an earlier agent left on the node. */
  readonly leftovers: readonly EventSubject[];
}

export function createPods(deps: PodsDeps): Pods {
  const records = new Map<string, PodRecord>();
  let desired: Desired = { pods: new Map(), complete: false };
  const memories = new Map(deps.memories);
  /** UIDs of the pods that an earlier agent made and that have not gone since. */
  const made = new Set(deps.leftovers.map(({ uid }) => uid));
  let leftovers = deps.leftovers;
  const queue: Queue = createQueue({
    work,
    clock: deps.clock,
    log: deps.log,
    // While the runtime is away every pod would say the same; its watch says it once.
    isTold: (err) => err instanceof RuntimeAway,
  });

  function update(next: Desired): void {
    desired = next;
    for (const record of records.values()) {
      if (!next.pods.has(record.uid)) release(record);
    }
    claimLeftovers(next);
    for (const pod of [...next.pods.values()].toSorted(adoptedFirst)) take(pod);
  }

  /**
   * Leftovers that are wanted are adopted. The others are ended as soon as it is certain that nobody wants them: when
   * every source could be read, or when a pod of the same name takes their place.
   */
  function claimLeftovers({ pods, complete }: Desired): void {
    const names = new Set([...pods.values()].map(podKey));
    const unwanted = leftovers.filter(({ uid }) => !pods.has(uid) && !records.has(uid));
    const ended = unwanted.filter((each) => complete || names.has(podKey({ metadata: each })));
    leftovers = unwanted.filter((each) => !ended.includes(each));
    if (complete) forgetStrangers(pods);
    for (const subject of ended) {
      deps.log.info("Ending a pod that no source names any more", { ...subject });
      add(subject, null);
      queue.mark(subject.uid);
    }
  }

  /** Drops what is remembered of pods that are gone: an agent that was killed could not. */
  function forgetStrangers(wanted: Desired["pods"]): void {
    for (const uid of [...memories.keys()].filter((uid) => !wanted.has(uid) && !made.has(uid))) {
      memories.delete(uid);
      deps.store.remove(uid).catch((err: unknown) =>
        deps.log.debug("Could not forget a pod that is gone", { uid, err })
      );
    }
  }

  /** After a restart of the agent the pods that ran get their place before newer ones. */
  function adoptedFirst(a: Pod, b: Pod): number {
    return Number(made.has(b.metadata.uid)) - Number(made.has(a.metadata.uid));
  }

  function take(pod: Pod): void {
    const record = records.get(pod.metadata.uid);
    if (record?.desired === pod || record?.terminating) return;
    if (record === undefined) add(subjectOf(pod), pod);
    else if (mustComeAnew(record, pod)) return release(record);
    else [record.desired, record.former] = [pod, pod];
    queue.mark(pod.metadata.uid);
  }

  /** Whoever gives a pod its UID may change all else of it: what its name and its admission decide cannot be changed later. */
  function mustComeAnew({ refusal, subject }: PodRecord, pod: Pod): boolean {
    return refusal !== null || podKey(pod) !== podKey({ metadata: subject }) || !admit(pod).ok;
  }

  function add(subject: EventSubject, pod: Pod | null): void {
    const now = deps.clock.now();
    // What an earlier agent admitted has its place on the node, whoever else has come since.
    const others = made.has(subject.uid) ? [] : claimants();
    const verdict = pod === null ? null : admit(pod, others);
    const refused = verdict === null || verdict.ok ? null : verdict;
    if (refused !== null) deps.events.warning(subject, refused);
    const refusal = refused && { ...refused, message: rejected(refused.message), at: now };
    const memory = memories.get(subject.uid);
    // A pod of the same UID that comes after this one has gone starts with nothing remembered.
    memories.delete(subject.uid);
    records.set(subject.uid, newRecord({ subject, pod, refusal, memory, now }));
  }

  /** The pods that hold their share of the node. */
  function claimants(): readonly Pod[] {
    return list().flatMap(({ desired, refusal, state }) =>
      desired === null || refusal !== null || hasEnded(state) ? [] : [desired]
    );
  }

  /** The pod was deleted. */
  function release(record: PodRecord): void {
    if (record.desired === null) return;
    record.desired = null;
    record.terminating = true;
    record.kill.abort(new Error("the pod was deleted"));
    queue.mark(record.uid);
  }

  async function work(uid: string, stop: AbortSignal): Promise<number | undefined> {
    const record = records.get(uid);
    if (record === undefined || isHeldBack(record)) return undefined;
    const result = await syncPod(record, deps, stop);
    if (result.kind === "Settled") return result.wakeAt;
    drop(record);
    return undefined;
  }

  /** A static pod that changed has a new UID; it waits until the one before it, of the same name, is gone. */
  function isHeldBack(record: PodRecord): boolean {
    if (record.terminating || record.state !== null || record.desired === null) return false;
    return sameName(record).some((other) => other.terminating);
  }

  function list(): readonly PodRecord[] {
    return [...records.values()];
  }

  function sameName(record: PodRecord): readonly PodRecord[] {
    const key = podKey({ metadata: record.subject });
    return list().filter((other) =>
      other !== record && podKey({ metadata: other.subject }) === key
    );
  }

  /** The pod is gone; who waited for its name may come, itself included. */
  function drop(record: PodRecord): void {
    records.delete(record.uid);
    made.delete(record.uid);
    queue.forget(record.uid);
    for (const waiting of sameName(record)) queue.mark(waiting.uid);
    const again = desired.pods.get(record.uid);
    if (again !== undefined) take(again);
  }

  function evict(uid: string, end: Omit<PodEnd, "at">): void {
    const record = records.get(uid);
    if (record === undefined || record.eviction !== null || record.memory.end !== undefined) return;
    deps.events.warning(record.subject, end);
    record.eviction = { ...end, at: deps.clock.now() };
    queue.mark(uid);
  }

  return {
    update,
    mark: (uid) => records.has(uid) && queue.mark(uid),
    markAll: () => [...records.keys()].forEach((uid) => queue.mark(uid)),
    list,
    evict,
    close: () => queue.close(),
  };
}

/** How the kubelet words it in the status; the event has the bare message. */
function rejected(message: string): string {
  return `Pod was rejected: ${message}`;
}

function hasEnded(state: PodState | null): boolean {
  return state?.kind === "Succeeded" || state?.kind === "Failed";
}
