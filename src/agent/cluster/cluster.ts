/** The agent's part in a cluster: its pods come from the API server, which in turn is told what became of them. */
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { BucketLimits } from "../../core/kube/token_bucket.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { PodSource } from "../../ports/pod_source.ts";
import type { Random } from "../../ports/random.ts";
import { createApiPods } from "./api_pods.ts";
import type { Desired } from "../desired.ts";
import type { EventRecorder } from "../events/event_recorder.ts";
import { createEventWriter } from "../events/event_writer.ts";
import { createMirrorPods } from "./mirror_pods.ts";
import type { Pods } from "../pods.ts";
import { createStatusWriter, noStatusWriter, type StatusWriter } from "./status_writer.ts";

export interface Cluster {
  /** Those of the API server; none for a node that belongs to no cluster. */
  readonly sources: readonly PodSource[];
  readonly statuses: StatusWriter;
  /** What is wanted, or what is on the node, has changed. */
  update(desired: Desired): void;
  /** Tells of events until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface ClusterDeps {
  readonly kube: KubeApi | null;
  readonly nodeName: string;
  readonly recorder: EventRecorder;
  readonly eventLimits: BucketLimits;
  /** The pods on the node; asked for once the agent runs. */
  readonly pods: () => Pods;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Pick<AgentMetrics, "pods">;
}

const noCluster: Cluster = {
  sources: [],
  statuses: noStatusWriter,
  update: () => {},
  run: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export function createCluster({ kube, ...deps }: ClusterDeps): Cluster {
  if (kube === null) return noCluster;
  const { log, pods } = deps;
  const statuses = createStatusWriter({
    ...deps,
    kube,
    log: log.named("status"),
    onWritten: (uid) => pods().onWritten(uid),
  });
  const mirrors = createMirrorPods({
    ...deps,
    kube,
    statuses,
    log: log.named("mirrors"),
    records: () => pods().list(),
  });
  const events = createEventWriter({ ...deps, kube, log: log.named("events") });
  const source = createApiPods({
    ...deps,
    kube,
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
    update: ({ complete }) => mirrors.update({ isCertain: complete }),
    run: events.run,
    async close() {
      await Promise.all([statuses.close(), mirrors.close()]);
    },
  };
}
