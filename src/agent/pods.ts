/** The pods of this node: takes over what is desired, hands each pod to its worker, and drops it when it is gone. */
import { type Pod, podKey } from "../core/k8s.ts";
import type { AdmissionNode } from "../core/pod/admission/node.ts";
import { admitAgain } from "../core/pod/admit.ts";
import type { PodEnd } from "../core/pod/memory.ts";
import { asksForWork } from "../core/pod/pod_change.ts";
import { startRank } from "../core/pod/start_rank.ts";
import { isStaticPod } from "../core/pod/static_pod.ts";
import type { AgentMetrics } from "../core/metrics/agent_metrics.ts";
import { staticLabel } from "../core/metrics/static_label.ts";
import { RuntimeAway } from "../ports/errors.ts";
import type { Desired } from "./desired.ts";
import { createEarlierPods, type EarlierPodsDeps } from "./earlier_pods.ts";
import { createEndings } from "./endings.ts";
import { createPodAdmission } from "./pod_admission.ts";
import type { EventSubject } from "./events/pod_events.ts";
import {
  isDeleted,
  isGone,
  isOfServer,
  newRecord,
  type PodRecord,
  subjectOf,
} from "./pod_record.ts";
import { type PassResult, type PodWorkerDeps, publishProbes, syncPod } from "./pod_worker.ts";
import { createPodStarts } from "./pod_starts.ts";
import { createProber, type ProberDeps } from "./probes/prober.ts";
import { stopwatch } from "../ports/stopwatch.ts";
import { createQueue, type Queue } from "./queue.ts";

export interface Pods {
  /** Takes over a new desired set; what is missing from it is deleted, leftovers once that is certain. */
  update(desired: Desired): void;
  /** Looks at a pod again. */
  mark(uid: string): void;
  markAll(): void;
  /** The API server has got the pod's newest status: its end may have waited for that. */
  onWritten(uid: string): void;
  /** The records, in the order in which the pods came. */
  list(): readonly PodRecord[];
  /** How many pods are worked on now. */
  busy(): number;
  /** Ends a pod for a reason outside its containers. False: it ends already. */
  evict(uid: string, end: Omit<PodEnd, "at">): boolean;
  /** Leaves the pods running. */
  close(): Promise<void>;
}

export interface PodsDeps
  extends
    Omit<PodWorkerDeps, "prober" | "endings" | "starts">,
    Omit<ProberDeps, "onVerdict" | "metrics">,
    EarlierPodsDeps {
  /** What pods are judged by, as it is now. */
  readonly admissionNode: () => AdmissionNode;
  readonly metrics: Pick<AgentMetrics, "pods" | "probes">;
  /** See PodAdmissionDeps. */
  readonly lookAtNode: (() => Promise<void>) | null;
  /** A pod has left the node. */
  readonly onGone: () => void;
}

export function createPods(given: PodsDeps): Pods {
  const prober = createProber({ ...given, onVerdict, log: given.log.named("prober") });
  const { metrics } = given;
  const starts = createPodStarts({ ...given, metrics: metrics.pods });
  const deps = { ...given, prober, starts, endings: createEndings(given) };
  const records = new Map<string, PodRecord>();
  const earlier = createEarlierPods(deps);
  const admission = createPodAdmission({
    ...deps,
    records: list,
    earlier,
    preempt,
    onDecidable: decideOpenAdmissions,
  });
  let desired: Desired = { pods: new Map(), complete: false };
  const queue: Queue = createQueue({
    work,
    clock: deps.clock,
    log: deps.log,
    // While the runtime is away every pod would say the same; its watch says it once.
    isTold: (err) => err instanceof RuntimeAway,
  });

  function onVerdict(uid: string): void {
    const record = records.get(uid);
    if (record === undefined) return;
    publishProbes(record, deps);
    queue.mark(uid);
  }

  function update(next: Desired): void {
    desired = next;
    for (const record of list().filter(({ uid }) => !next.pods.has(uid))) vanish(record);
    for (const subject of earlier.unwanted(next)) endLeftover(subject);
    for (const pod of [...next.pods.values()].toSorted(byPlace)) take(pod);
  }

  /** Nobody names the pod any more. */
  function vanish(record: PodRecord): void {
    if (record.isOnServer) {
      record.isOnServer = false;
      deps.statuses.see(record.uid, null);
      // Its end may have waited for the server.
      queue.mark(record.uid);
    }
    if (isGone(record)) drop(record);
    else release(record);
  }

  function endLeftover(subject: EventSubject): void {
    if (records.has(subject.uid)) return;
    metrics.pods.orphaned.inc({});
    deps.log.info("Ending a pod that no source names any more", { ...subject });
    add(subject, null);
    queue.mark(subject.uid);
  }

  /**
   * After a restart of the agent the pods that ran get their place before newer ones, and older ones before younger. Those that ran
   * have their place in any case: they start by their rank.
   */
  function byPlace(a: Pod, b: Pod): number {
    const [isMadeA, isMadeB] = [a, b].map(({ metadata }) => earlier.isMade(metadata.uid));
    if (isMadeA !== isMadeB) return isMadeA ? -1 : 1;
    return (isMadeA ? startRank(b) - startRank(a) : 0) || createdAt(a) - createdAt(b);
  }

  function take(pod: Pod): void {
    const record = records.get(pod.metadata.uid);
    if (record === undefined) takeNew(pod);
    else if (isStaticPod(pod)) takeStatic(record, pod);
    else takeFromServer(record, pod);
  }

  function takeNew(pod: Pod): void {
    const { uid } = pod.metadata;
    if (!isStaticPod(pod)) deps.statuses.see(uid, pod);
    if (!earlier.isMade(uid)) starts.seen(pod);
    add(subjectOf(pod), pod);
    queue.mark(uid);
  }

  function takeStatic(record: PodRecord, pod: Pod): void {
    if (record.desired === pod || record.terminating) return;
    if (mustComeAnew(record, pod)) return release(record);
    [record.desired, record.former] = [pod, pod];
    queue.mark(record.uid);
  }

  /** The server never changes what a pod's admission was decided by, and never takes a deletion back. */
  function takeFromServer(record: PodRecord, pod: Pod): void {
    const { former } = record;
    if (former === pod && record.isOnServer) return;
    record.isOnServer = true;
    [record.former, record.subject] = [pod, subjectOf(pod)];
    if (record.desired !== null) record.desired = pod;
    deps.statuses.see(record.uid, pod);
    starts.shownByServer(pod);
    if (isDeleted(pod)) endForServer(record, { former, pod });
    else if (former === null || asksForWork({ before: former, after: pod })) {
      queue.mark(record.uid);
    }
  }

  function endForServer(
    record: PodRecord,
    { former, pod }: { readonly former: Pod | null; readonly pod: Pod },
  ): void {
    if (isGone(record)) return deps.statuses.release(record.uid);
    if (record.desired !== null) return release(record);
    if (former === null || !hasLessGrace(pod, former)) return;
    hurry(record);
    queue.mark(record.uid);
  }

  /** Whoever gives a pod its UID may change all else of it: what its name and its admission decide cannot be changed later. */
  function mustComeAnew({ refusal, subject }: PodRecord, pod: Pod): boolean {
    return refusal !== null || podKey(pod) !== podKey({ metadata: subject }) ||
      !admitAgain(pod).ok;
  }

  function add(subject: EventSubject, pod: Pod | null): void {
    const memory = earlier.takeMemory(subject.uid);
    const record = newRecord({ subject, pod, memory, now: deps.clock.now() });
    admission.decide(record);
    records.set(subject.uid, record);
  }

  /** Ends a pod because a critical one needs its room. */
  function preempt({ metadata, spec }: Pod): void {
    evict(metadata.uid, {
      reason: "Preempting",
      message: "Preempted in order to admit critical pod",
      graceSeconds: spec.terminationGracePeriodSeconds,
      disruption: "Pod was preempted by Kubelet to accommodate a critical pod.",
    });
  }

  function decideOpenAdmissions(): void {
    for (const { uid } of admission.decideOpen()) queue.mark(uid);
  }

  /** The pod was deleted. */
  function release(record: PodRecord): void {
    if (record.desired === null) return;
    record.desired = null;
    record.terminating = true;
    record.kill.abort(new Error("the pod was deleted"));
    hurry(record);
    queue.mark(record.uid);
  }

  /** A stop that is under way had more time than there is now. */
  function hurry(record: PodRecord): void {
    record.hurry.abort();
    record.hurry = new AbortController();
  }

  async function work(uid: string, stop: AbortSignal): Promise<number | undefined> {
    const record = records.get(uid);
    if (record === undefined || isGone(record) || isHeldBack(record)) return undefined;
    const isFirst = record.state === null;
    const result = await measuredSync(record, stop);
    if (result.kind === "Gone") leave(record);
    if (isFirst && earlier.isMade(uid)) decideOpenAdmissions();
    return result.kind === "Settled" ? result.wakeAt : undefined;
  }

  async function measuredSync(record: PodRecord, stop: AbortSignal): Promise<PassResult> {
    const operation_type = operationOf(record);
    const seconds = stopwatch(deps.clock);
    starts.workBegins(record.uid);
    try {
      return await syncPod(record, deps, stop);
    } finally {
      metrics.pods.workerDuration.observe({ operation_type }, seconds());
    }
  }

  /** A pod waits for its admission. A static pod that changed has a new UID; it waits until the one before it, of the same name, is gone. */
  function isHeldBack(record: PodRecord): boolean {
    if (record.terminating || record.state !== null || record.desired === null) return false;
    return record.undecided || sameName(record).some((other) => other.terminating);
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

  /** Nothing of the pod is left on the node. The record of one that the API server still shows stays until it does not. */
  function leave(record: PodRecord): void {
    if (!record.isOnServer) return drop(record);
    if (isDeleted(record.former)) deps.statuses.release(record.uid);
    decideOpenAdmissions();
  }

  /** The pod is gone; who waited for its name may come, itself included. */
  function drop(record: PodRecord): void {
    records.delete(record.uid);
    earlier.forget(record.uid);
    starts.forget(record.uid);
    if (isOfServer(record)) earlier.remember(record.uid, record.memory);
    deps.statuses.forget(record.uid);
    queue.forget(record.uid);
    decideOpenAdmissions();
    for (const waiting of sameName(record)) queue.mark(waiting.uid);
    const again = desired.pods.get(record.uid);
    if (again !== undefined) {
      metrics.pods.restarted.inc({ static: staticLabel(again) });
      take(again);
    }
    deps.onGone();
  }

  function evict(uid: string, end: Omit<PodEnd, "at">): boolean {
    const record = records.get(uid);
    if (record === undefined || record.eviction !== null || record.memory.end !== undefined) {
      return false;
    }
    deps.events.warning(record.subject, end);
    record.eviction = { ...end, at: deps.clock.now() };
    queue.mark(uid);
    return true;
  }

  return {
    update,
    mark: (uid) => records.has(uid) && queue.mark(uid),
    onWritten(uid) {
      if (records.get(uid)?.terminating) queue.mark(uid);
    },
    markAll: () => [...records.keys()].forEach((uid) => queue.mark(uid)),
    list,
    busy: queue.busy,
    evict,
    close() {
      prober.close();
      return queue.close();
    },
  };
}

/** What the kubelet calls a look at a pod. */
function operationOf({ state, terminating }: PodRecord): "create" | "kill" | "sync" {
  if (terminating) return "kill";
  return state === null ? "create" : "sync";
}

/** When the API server took the pod in; manifests come before all of its pods. */
function createdAt({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? "") || 0;
}

function hasLessGrace(pod: Pod, former: Pod): boolean {
  const grace = ({ metadata }: Pod) => metadata.deletionGracePeriodSeconds ?? Infinity;
  return grace(pod) < grace(former);
}
