/** The agent: restores what it remembers, follows its sources and the runtime, keeps the pods, and leaves them running when it stops. */
import type { Amounts } from "../core/pod/env/resource_field.ts";
import type { NodeAddress } from "../core/node/node_object.ts";
import type { AdmissionNode } from "../core/pod/admission/node.ts";
import type { PodMemory } from "../core/pod/memory.ts";
import { aborted } from "../ports/aborted.ts";
import { messageOf } from "../ports/errors.ts";
import { createBell } from "../ports/bell.ts";
import type { PodSource, SourceSnapshot } from "../ports/pod_source.ts";
import { createClusterNode } from "./node/cluster_node.ts";
import { createCluster } from "./cluster/cluster.ts";
import { type Desired, mergeSources } from "./desired.ts";
import { checkDiskLimits, diskCheckMs } from "./node/disk_limits.ts";
import { createEventRecorder, type EventRecorder } from "./events/event_recorder.ts";
import { every } from "./every.ts";
import { createImagePuller, type ImagePuller } from "./images/image_puller.ts";
import { findLeftovers } from "./leftovers.ts";
import { createNodeEvents } from "./node/node_events.ts";
import { createObserver } from "./observe.ts";
import { createPodEvents } from "./events/pod_events.ts";
import { createPodObjects, noPodObjects, type PodObjects } from "./objects/pod_objects.ts";
import { createPodVolumes } from "./objects/pod_volumes.ts";
import { pacedRuntime, sandboxesAtOnce } from "./paced_runtime.ts";
import { createPods, type Pods } from "./pods.ts";
import { createQosCgroups } from "./qos_cgroups.ts";
import { type ContainerLog, rotateLogs } from "./log_rotation.ts";
import { createRuntimeClasses } from "./runtime_classes.ts";
import { createRuntimeState } from "./runtime_state.ts";
import { createServiceAccountTokens } from "./objects/service_account_tokens.ts";
import { createServiceLinks } from "./objects/service_links.ts";
import { createSyncLoop } from "./sync_loop.ts";
import { watchRuntime } from "./runtime_watch.ts";
import { createTerminationMessages } from "./termination_message.ts";
import type { AgentPorts, AgentSettings } from "./agent_ports.ts";

/** A source with what it said last. */
export interface SourceView {
  readonly source: PodSource;
  readonly snapshot: SourceSnapshot | undefined;
}

/** The same while its source is followed. */
interface MutableView extends SourceView {
  snapshot: SourceSnapshot | undefined;
}

/** Does nothing before `run`. */
export interface Agent {
  readonly pods: Pods;
  readonly events: EventRecorder;
  readonly puller: ImagePuller;
  /** What is wrong with how pods are looked at; undefined while nothing is. */
  loopProblem(): string | undefined;
  sources(): readonly SourceView[];
  /** Those that the own Node has; none before it was seen. */
  addresses(): readonly NodeAddress[];
  /** Resolves when every source has answered once. */
  readonly ready: Promise<void>;
  /** Works until the signal aborts; the containers go on. */
  run(signal: AbortSignal): Promise<void>;
}

/** Reads what an earlier agent left. A store that cannot be read is logged and done without. */
export async function createAgent(ports: AgentPorts, settings: AgentSettings): Promise<Agent> {
  const { clock, log, files } = ports;
  const recorder = createEventRecorder(clock);
  const events = createPodEvents({ recorder, log: log.named("events") });
  const puller = createImagePuller({ ...ports, parallel: settings.parallelPulls });
  const messages = createTerminationMessages({ files, paths: settings.node.paths });
  const changed = (uid: string): void => {
    volumes.changed(uid);
    pods.mark(uid);
  };
  const objects = podObjects(ports, changed);
  const services = createServiceLinks(ports);
  const nodeLog = log.named("node");
  const nodeEvents = createNodeEvents({ ...settings.node, log: nodeLog, recorder });
  const bell = createBell(clock);
  const runtimeState = createRuntimeState({
    ...ports,
    log: nodeLog,
    onChange() {
      bell.ring();
      // Pods may have waited for its network.
      if (runtimeState.problems().length === 0) pods.markAll();
    },
  });
  const node = ports.kube === null ? null : await createClusterNode({
    ...ports,
    ...settings,
    kube: ports.kube,
    log: nodeLog,
    events: nodeEvents,
    runtimeState,
    bell,
  });
  const admissionNode = (): AdmissionNode => ({ ...settings.admission, ...node?.admission() });
  const allocatable = (): Amounts => allocatableOf({ ...settings, admission: admissionNode() });
  const shared = { objects, services, allocatable };
  const volumes = createPodVolumes({
    ...ports,
    ...shared,
    events,
    tokens: createServiceAccountTokens({ ...ports, log: log.named("tokens"), changed }),
    node: settings.node,
  });
  const cluster = createCluster({
    ...ports,
    nodeName: settings.node.nodeName,
    recorder,
    eventLimits: settings.cluster.events,
    pods: () => pods,
  });
  const pods: Pods = createPods({
    ...ports,
    runtime: pacedRuntime(ports.runtime, { clock, sideBySide: sandboxesAtOnce(settings) }),
    ...settings,
    ...shared,
    log: log.named("pods"),
    events,
    volumes,
    puller,
    runtimeClasses: createRuntimeClasses(ports),
    observer: createObserver({ ...ports, messages }),
    memories: await loadMemories(ports),
    leftovers: await findLeftovers({ files, paths: settings.node.paths }),
    admissionNode,
    lookAtNode: node?.look ?? null,
    networkProblem: runtimeState.networkProblem,
    nodeIps: () => node?.ips() ?? settings.nodeIps,
    statuses: cluster.statuses,
    onGone: () => cluster.update(desired),
  });
  let desired: Desired = { pods: new Map(), complete: false };
  // Whether a pod fits this node shows when the Node itself is known.
  const apiSources = cluster.sources.map((source) => after(node?.answered, source));
  const views = [...ports.sources, ...apiSources].map((source): MutableView => ({
    source,
    snapshot: undefined,
  }));
  const ready = Promise.withResolvers<void>();
  const qosCgroups = createQosCgroups({
    ...ports,
    settings: settings.node.cgroups,
    capacity: settings.podsCapacity,
    log: log.named("cgroups"),
    onLimit: node === null ? () => {} : nodeEvents.allocatableEnforced,
  });

  const loop = createSyncLoop({ clock, relistMs: settings.relistMs });

  async function follow(view: MutableView, signal: AbortSignal): Promise<void> {
    for await (const snapshot of view.source.snapshots(signal)) {
      view.snapshot = snapshot;
      desired = mergeSources(views.map((each) => each.snapshot));
      objects.update([...desired.pods.values()]);
      await qosCgroups.update([...desired.pods.values()]);
      pods.update(desired);
      cluster.update(desired);
      if (views.every((each) => each.snapshot !== undefined)) ready.resolve();
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    if (views.length === 0) ready.resolve();
    await Promise.all([
      ...views.map((view) => follow(view, signal)),
      watchRuntime(
        {
          ...ports,
          pods,
          log: log.named("runtime"),
          relistMs: settings.relistMs,
          onRelist: loop.entered,
        },
        signal,
      ),
      services.run(signal),
      cluster.run(signal),
      node?.run(signal),
      runtimeState.run(signal),
      qosCgroups.run(signal),
      every({ ...diskTask(pods, ports, settings), clock, log }, signal),
      every({ ...logTask(pods, ports, settings), clock, log }, signal),
    ]);
    await pods.close();
    await objects.close();
    await cluster.close();
  }

  return {
    pods,
    events: recorder,
    puller,
    loopProblem: loop.problem,
    sources: () => views,
    addresses: () => node?.node()?.status?.addresses ?? [],
    ready: ready.promise,
    run,
  };
}

/** A source that says nothing before that. */
function after(event: Promise<void> | undefined, source: PodSource): PodSource {
  return {
    name: source.name,
    async *snapshots(signal) {
      await Promise.race([event, aborted(signal)]);
      if (!signal.aborted) yield* source.snapshots(signal);
    },
  };
}

/** A node without a cluster follows nothing. */
function podObjects(
  { kube, clock, log }: AgentPorts,
  changed: (podUid: string) => void,
): PodObjects {
  if (kube === null) return noPodObjects;
  return createPodObjects({ kube, clock, log: log.named("objects"), changed });
}

/** What the Node says; without a cluster what the machine has. */
function allocatableOf({ admission, node }: Pick<AgentSettings, "admission" | "node">): Amounts {
  const { cpuCapacityMilli, memoryCapacityBytes } = node;
  return admission.allocatable ??
    { cpu: `${cpuCapacityMilli}m`, memory: `${memoryCapacityBytes}` };
}

/** A store that cannot be read costs the memory, not the pods. */
async function loadMemories(
  { store, log }: AgentPorts,
): Promise<ReadonlyMap<string, PodMemory>> {
  try {
    return await store.load();
  } catch (err) {
    log.error("Could not read what was remembered of the pods, going on without", {
      err: messageOf(err),
    });
    return new Map();
  }
}

interface Task {
  readonly ms: number;
  readonly what: string;
  readonly work: () => Promise<void>;
}

function diskTask(pods: Pods, ports: AgentPorts, { node }: AgentSettings): Task {
  return {
    ms: diskCheckMs,
    what: "measure what pods take up on disk",
    work: () => checkDiskLimits({ ...ports, pods, paths: node.paths }),
  };
}

function logTask(pods: Pods, ports: AgentPorts, settings: AgentSettings): Task {
  return {
    ms: settings.logRotation.intervalMs,
    what: "rotate container logs",
    work: () => rotateLogs(logsOf(pods), { ...ports, policy: settings.logRotation }),
  };
}

/** The logs of the containers that run now. */
function logsOf(pods: Pods): readonly ContainerLog[] {
  return pods.list().flatMap(({ seen }) => seen.containers)
    .filter(({ state }) => state === "Running")
    .map(({ id, logPath }) => ({ containerId: id, path: logPath }));
}
