/** The agent's part in a cluster: its pods come from the API server, which in turn is told what became of them. */
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { HeldDeletions } from "../../core/kube/held_deletions.ts";
import { pods as allPods } from "../../core/kube/resource.ts";
import type { BucketLimits } from "../../core/kube/token_bucket.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { PodSource } from "../../ports/pod_source.ts";
import type { Random } from "../../ports/random.ts";
import type { Store } from "../../ports/store.ts";
import { createApiPods } from "./api_pods.ts";
import type { Desired } from "../desired.ts";
import type { EventRecorder } from "../events/event_recorder.ts";
import { createEventWriter } from "../events/event_writer.ts";
import { createEventJournal } from "../journal/event_journal.ts";
import type { JournalKeeper } from "../journal/journal_keeper.ts";
import { createMirrorPods } from "./mirror_pods.ts";
import { createPodKeeper, type Doubt, type PodKeeperDeps } from "./pod_keeper.ts";
import type { Pods } from "../pods.ts";
import { backlogRate, createPace } from "./request_pace.ts";
import { createStatusWriter, noStatusWriter, type StatusWriter } from "./status_writer.ts";

export interface Cluster {
  /** Those of the API server; none for a node that belongs to no cluster. */
  readonly sources: readonly PodSource[];
  readonly statuses: StatusWriter;
  /** Deletions that are not believed; null: there are none. */
  heldDeletions(): HeldDeletions | null;
  /** Why what the API server says does not all count; null: it does. */
  doubt(): Doubt | null;
  /** Believes them; gives false where there are none. */
  confirmDeletions(): Promise<boolean>;
  /** What is wanted, or what is on the node, has changed. */
  update(desired: Desired): void;
  /** The store was damaged and has begun anew: the pods are written again. */
  storeBegunAnew(): void;
  /** Tells of events until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface ClusterDeps extends Pick<PodKeeperDeps, "onHold" | "onBelieved"> {
  readonly kube: KubeApi | null;
  readonly keeper: JournalKeeper;
  readonly nodeName: string;
  readonly recorder: EventRecorder;
  readonly eventLimits: BucketLimits;
  /** The pods on the node; asked for once the agent runs. */
  readonly pods: () => Pods;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Pick<AgentMetrics, "pods">;
  readonly store: Pick<Store, "objects" | "facts">;
  /** See ApiPodsDeps. */
  readonly nodeAnswered: Promise<void>;
}

const noCluster: Cluster = {
  sources: [],
  statuses: noStatusWriter,
  heldDeletions: () => null,
  doubt: () => null,
  confirmDeletions: () => Promise.resolve(false),
  update: () => {},
  storeBegunAnew: () => {},
  run: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export function createCluster({ kube, ...deps }: ClusterDeps): Cluster {
  if (kube === null) return noCluster;
  const { log, pods, clock } = deps;
  const pace = createPace(clock, backlogRate);
  const statuses = createStatusWriter({
    ...deps,
    kube,
    pace,
    log: log.named("status"),
    hasAnswered: () => source.hasAnswered(),
    onWritten: (uid) => pods().onWritten(uid),
  });
  const mirrors = createMirrorPods({
    ...deps,
    kube,
    pace,
    statuses,
    log: log.named("mirrors"),
    records: () => pods().list(),
  });
  const events = createEventWriter({
    ...deps,
    kube,
    pace,
    journal: createEventJournal(deps),
    log: log.named("events"),
  });
  let isSettled = false;
  const query = { resource: allPods, fieldSelector: `spec.nodeName=${deps.nodeName}` };
  const podKeeper = createPodKeeper({
    ...deps,
    kube,
    query,
    log: log.named("api"),
    isOnNode: (uid) => pods().list().some((record) => record.uid === uid),
  });
  const source = createApiPods({
    ...deps,
    kube,
    query,
    keeper: podKeeper,
    log: log.named("api"),
    onMirrors: mirrors.see,
    onAnswer() {
      statuses.resume();
      mirrors.resume();
      events.resume();
    },
  });
  return {
    sources: [source],
    statuses,
    heldDeletions: podKeeper.held,
    doubt: podKeeper.doubt,
    confirmDeletions: source.confirmDeletions,
    update({ complete }) {
      mirrors.update({ isCertain: complete });
      if (complete && !isSettled) statuses.keepOnly(new Set(pods().list().map(({ uid }) => uid)));
      isSettled ||= complete;
      podKeeper.left();
    },
    storeBegunAnew: podKeeper.begunAnew,
    run: events.run,
    async close() {
      await Promise.all([statuses.close(), mirrors.close(), podKeeper.close()]);
    },
  };
}
