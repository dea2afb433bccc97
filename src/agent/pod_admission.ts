/** Decides which pods have a place on this node, and tells of those that have none. */
import type { AgentMetrics } from "../core/metrics/agent_metrics.ts";
import type { Pod } from "../core/k8s.ts";
import type { AdmissionNode } from "../core/pod/admission/node.ts";
import { nodeAffinity } from "../core/pod/admission/node_affinity.ts";
import { shortages } from "../core/pod/admission/resources.ts";
import { type Admission, admit, admitAgain } from "../core/pod/admit.ts";
import type { Clock } from "../ports/clock.ts";
import type { EarlierPods } from "./earlier_pods.ts";
import type { PodEvents } from "./events/pod_events.ts";
import { isGone, type PodRecord } from "./pod_record.ts";

export interface PodAdmission {
  /**
   * Decides on a pod that is new here. What an earlier agent admitted has its place on the node, whoever else has come since.
   * Whether it still holds that place is known once it was looked at: until then a pod that would have to make way for it is
   * undecided.
   */
  decide(record: PodRecord): void;
  /** Decides on those that are undecided, where that can be done now, and gives them. */
  decideOpen(): readonly PodRecord[];
}

export interface PodAdmissionDeps {
  readonly records: () => readonly PodRecord[];
  readonly earlier: Pick<EarlierPods, "isMade">;
  /** What pods are judged by, as it is now. */
  readonly admissionNode: () => AdmissionNode;
  /** Asks the API server for the Node, as labels may have come that the pod is here for; null without a cluster. Never rejects. */
  readonly lookAtNode: (() => Promise<void>) | null;
  /** Called when an undecided pod can be decided on. */
  readonly onDecidable: () => void;
  /** Ends a pod because a critical one needs its room. */
  readonly preempt: (pod: Pod) => void;
  readonly events: PodEvents;
  readonly clock: Clock;
  readonly metrics: Pick<AgentMetrics, "pods">;
}

interface Claimant {
  readonly pod: Pod;
  /** False: an earlier agent made it, and it may have ended since. */
  readonly isCertain: boolean;
}

export function createPodAdmission(deps: PodAdmissionDeps): PodAdmission {
  const { earlier } = deps;

  function decide(record: PodRecord): void {
    const pod = record.desired;
    if (pod === null || record.memory.phase !== undefined) return;
    const others = claimants();
    const certain = judge(pod, others.filter(({ isCertain }) => isCertain));
    const verdict = certain.ok ? judge(pod, others) : certain;
    const mayFitNode = !verdict.ok && verdict.reason === nodeAffinity && !knowsNode(record);
    record.undecided = mayFitNode || certain.ok && !isSame(certain, verdict);
    if (record.undecided) return;
    if (verdict.ok) return makeRoom(pod, verdict.preempts);
    deps.events.warning(record.subject, verdict);
    const { reason, message } = verdict;
    deps.metrics.pods.admissionRejections.inc({ reason });
    record.refusal = { reason, message: rejected(message), at: deps.clock.now() };
  }

  /** The kubelet names what there was too little of first. */
  function makeRoom(pod: Pod, preempts: readonly Pod[]): void {
    if (preempts.length === 0) return;
    const others = claimants().map(({ pod }) => pod);
    const [lack] = shortages(pod, { node: deps.admissionNode(), others });
    for (const each of preempts) {
      deps.metrics.pods.preemptions.inc({ preemption_signal: lack?.resource ?? "" });
      deps.preempt(each);
    }
  }

  /** The pod was bound to the node by what a scheduler saw, which may be newer than what was seen here. */
  function knowsNode(record: PodRecord): boolean {
    if (deps.lookAtNode === null || record.judgedBy === "NodeOfNow") return true;
    if (record.judgedBy === "NodeAsSeen") void lookAtNode(record, deps.lookAtNode);
    return false;
  }

  async function lookAtNode(record: PodRecord, look: () => Promise<void>): Promise<void> {
    record.judgedBy = "NodeAskedFor";
    await look();
    record.judgedBy = "NodeOfNow";
    deps.onDecidable();
  }

  function judge(pod: Pod, others: readonly Claimant[]): Admission {
    if (earlier.isMade(pod.metadata.uid)) return admitAgain(pod);
    return admit(pod, { node: deps.admissionNode(), others: others.map(({ pod }) => pod) });
  }

  /** The pods that hold their share of the node, or may hold it. */
  function claimants(): readonly Claimant[] {
    return deps.records().flatMap((record) => {
      const { uid, refusal, undecided, state, memory } = record;
      // What the API server has deleted has its place until nothing of it runs; a manifest that is gone has none.
      const pod = record.desired ?? (record.isOnServer ? record.former : null);
      const hasEnded = memory.phase !== undefined || isGone(record);
      if (pod === null || refusal !== null || undecided || hasEnded) return [];
      return [{ pod, isCertain: state !== null || !earlier.isMade(uid) }];
    });
  }

  function decideOpen(): readonly PodRecord[] {
    const open = deps.records().filter(({ undecided }) => undecided);
    for (const record of open) decide(record);
    return open.filter(({ undecided }) => !undecided);
  }

  return { decide, decideOpen };
}

/** Whether it makes no difference that some pods may have ended. */
function isSame(certain: Admission & { readonly ok: true }, verdict: Admission): boolean {
  return verdict.ok && verdict.preempts.length === certain.preempts.length;
}

/** How the kubelet words it in the status; the event has the bare message. */
function rejected(message: string): string {
  return `Pod was rejected: ${message}`;
}
