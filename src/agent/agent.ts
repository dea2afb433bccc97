/** The agent: restores what it remembers, follows its sources and the runtime, keeps the pods, and leaves them running when it stops. */
import { heldCondition, type HeldDeletions } from "../core/kube/held_deletions.ts";
import type { Amounts } from "../core/pod/env/resource_field.ts";
import type { NodeAddress } from "../core/node/node_object.ts";
import type { AdmissionNode } from "../core/pod/admission/node.ts";
import { rebootCondition, type RebootVerdict } from "../core/node/reboot_condition.ts";
import type { PodReadiness } from "../core/node/reboot_ready.ts";
import { storeCondition } from "../core/node/store_condition.ts";
import type { TappedMessage } from "../core/relay/tapped_message.ts";
import { startRank } from "../core/pod/start_rank.ts";
import type { PodMemory } from "../core/pod/memory.ts";
import { messageOf } from "../ports/errors.ts";
import { createBell } from "../ports/bell.ts";
import type { PodSource, SourceSnapshot } from "../ports/pod_source.ts";
import { createClusterNode } from "./node/cluster_node.ts";
import { createCluster } from "./cluster/cluster.ts";
import { type Desired, mergeSources } from "./desired.ts";
import { checkDiskLimits, diskCheckMs } from "./node/disk_limits.ts";
import { createEventRecorder, type EventRecorder } from "./events/event_recorder.ts";
import { every } from "./every.ts";
import { createImageGc, imageGcMs } from "./images/image_gc.ts";
import { neededImages } from "./images/needed_images.ts";
import { createImagePuller, type ImagePuller } from "./images/image_puller.ts";
import { keptMemories } from "./kept_memories.ts";
import { keepTime } from "./keep_time.ts";
import { createLazyWrites } from "./lazy_writes.ts";
import { findLeftovers } from "./leftovers.ts";
import { openAgentJournal } from "./journal/agent_journal.ts";
import type { JournalView } from "./journal/journal_keeper.ts";
import { recordedEvent } from "./journal/recorded_event.ts";
import { podsToReturn } from "./pods_to_return.ts";
import { createRebootWatch } from "./node/reboot_watch.ts";
import { createNodeEvents } from "./node/node_events.ts";
import { createObserver } from "./observe.ts";
import { createPodEvents } from "./events/pod_events.ts";
import { openClusterObjects } from "./objects/cluster_objects.ts";
import { createPodVolumes } from "./objects/pod_volumes.ts";
import { pacedRuntime, sandboxesAtOnce } from "./paced_runtime.ts";
import { createPods, type Pods } from "./pods.ts";
import { createQosCgroups } from "./qos_cgroups.ts";
import { type ContainerLog, rotateLogs } from "./log_rotation.ts";
import { openAgentRelay, watchedPorts } from "./relay/agent_relay.ts";
import type { RelayView } from "./relay/relay.ts";
import { createRuntimeState } from "./runtime_state.ts";
import { createServiceAccountTokens } from "./objects/service_account_tokens.ts";
import { createStoreWatch } from "./store_watch.ts";
import { createSyncLoop } from "./sync_loop.ts";
import { watchRuntime } from "./runtime_watch.ts";
import { createTerminationMessages } from "./termination_message.ts";
import type { AgentPorts, AgentSettings } from "./agent_ports.ts";
import type { Belief } from "./objects/stored_objects.ts";
import type { Doubt } from "./cluster/pod_keeper.ts";

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
  /** Null for a node without a cluster: nobody would be told of what is in it. */
  journal(): JournalView | null;
  /** Those that the own Node has; none before it was seen. */
  addresses(): readonly NodeAddress[];
  /** Deletions of pods that are not believed; null: there are none. */
  heldDeletions(): HeldDeletions | null;
  /** Believes them; gives false where there are none. */
  confirmDeletions(): Promise<boolean>;
  /** Looks which pods would come back after a power cut without a link. Throws what the store or the runtime throws. */
  rebootReadiness(): Promise<readonly PodReadiness[]>;
  /** The same as it was found last. */
  rebootVerdict(): RebootVerdict;
  /** Which way status goes; null where there is only one. */
  relay(): RelayView | null;
  /** What passes over the broker from now on, until the signal aborts; null where there is no relay. */
  relayMessages(signal: AbortSignal): AsyncIterable<TappedMessage> | null;
  /** Resolves when every source has answered once. */
  readonly ready: Promise<void>;
  /** Works until the signal aborts; the containers go on. */
  run(signal: AbortSignal): Promise<void>;
}

/** Reads what an earlier agent left. A store that cannot be read is logged and done without. */
export async function createAgent(given: AgentPorts, settings: AgentSettings): Promise<Agent> {
  const { ports, reach } = watchedPorts(given);
  const { clock, log, files } = ports;
  const journal = await openAgentJournal(ports, settings);
  const recorder = createEventRecorder(clock, journal.earlier().flatMap(recordedEvent));
  const events = createPodEvents({ recorder, log: log.named("events") });
  const puller = createImagePuller({ ...ports, parallel: settings.parallelPulls });
  const messages = createTerminationMessages({ files, paths: settings.node.paths });
  const changed = (uid: string): void => {
    volumes.changed(uid);
    pods.mark(uid);
  };
  const writes = createLazyWrites({
    clock,
    log: log.named("store"),
    what: "what there is to know of the pods",
  });
  const clusterObjects = await openClusterObjects({
    ...ports,
    store: ports.store.objects,
    log: log.named("objects"),
    writes,
    changed,
    belief: () => beliefOf(cluster.doubt()),
  });
  const { objects, services, runtimeClasses } = clusterObjects;
  const memories = keptMemories(ports.store.memories, writes);
  const nodeLog = log.named("node");
  const nodeEvents = createNodeEvents({ ...settings.node, log: nodeLog, recorder });
  const bell = createBell(clock);
  let held: HeldDeletions | null = null;
  const storeWatch = createStoreWatch({
    ...ports,
    log: log.named("store"),
    onProblem(problem) {
      nodeEvents.storeProblem(problem);
      bell.ring();
    },
    onSetAside(path) {
      nodeEvents.storeSetAside(path);
      // Of what lay there not all may have been taken over.
      for (const { uid, memory } of pods.list()) void memories.save(uid, memory);
      writes.begunAnew();
      cluster.storeBegunAnew();
    },
  });
  const rebootWatch = createRebootWatch({
    ...ports,
    log: log.named("store"),
    pods: () => podsToReturn(pods.list()),
    onChange: () => bell.ring(),
  });
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
    ownConditions: () => [
      heldCondition(held),
      storeCondition(storeWatch.problem()),
      ...rebootCondition(rebootWatch.verdict()),
    ],
    keeper: journal,
  });
  const admissionNode = (): AdmissionNode => ({ ...settings.admission, ...node?.admission() });
  const allocatable = (): Amounts => allocatableOf({ ...settings, admission: admissionNode() });
  const shared = { objects, services, allocatable };
  const tokens = await createServiceAccountTokens({
    ...ports,
    store: ports.store.tokens,
    log: log.named("tokens"),
    writes,
    events,
    changed,
  });
  const volumes = createPodVolumes({
    ...ports,
    ...shared,
    events,
    tokens,
    node: settings.node,
  });
  const cluster = createCluster({
    ...ports,
    nodeName: settings.node.nodeName,
    recorder,
    keeper: journal,
    eventLimits: settings.cluster.events,
    pods: () => pods,
    nodeAnswered: node?.answered ?? Promise.resolve(),
    onBelieved: clusterObjects.reconsider,
    onHold(now) {
      held = now;
      nodeEvents.deletionsHeld(held);
      bell.ring();
    },
  });
  const pods: Pods = createPods({
    ...ports,
    store: memories,
    runtime: pacedRuntime(ports.runtime, {
      clock,
      sideBySide: sandboxesAtOnce(settings),
      rankOf: (uid) => rankIn(pods, uid),
    }),
    ...settings,
    ...shared,
    log: log.named("pods"),
    events,
    volumes,
    puller,
    runtimeClasses,
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
  const relay = openAgentRelay({ ports, settings, reach, keeper: journal, pods });
  let desired: Desired = { pods: new Map(), complete: false };
  const views = [...ports.sources, ...cluster.sources].map((source): MutableView => ({
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

  const isAway = (): boolean => reach !== null && reach.awaySince() !== null;
  const collectImages = createImageGc({
    ...ports,
    log: log.named("images"),
    policy: settings.imageGc,
    events: nodeEvents,
    // A link that swallows everything is found by a request minutes before its watches end.
    needed: () => isAway() ? null : neededImages({ desired, records: pods.list() }),
    imported: async () => (await ports.folder.imported()).flatMap(({ names }) => names),
    isOutOfReach: puller.isOutOfReach,
  });

  const loop = createSyncLoop({ clock, relistMs: settings.relistMs });

  async function follow(view: MutableView, signal: AbortSignal): Promise<void> {
    for await (const snapshot of view.source.snapshots(signal)) {
      view.snapshot = snapshot;
      desired = mergeSources(views.map((each) => each.snapshot));
      const certainty = { isCertain: desired.complete };
      clusterObjects.update([...desired.pods.values()], certainty);
      tokens.update([...desired.pods.values()], certainty);
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
      storeWatch.run(signal),
      rebootWatch.run(signal),
      relay?.run(signal),
      keepTime({ ...ports, log: log.named("clock") }, signal),
      qosCgroups.run(signal),
      every({ ...diskTask(pods, ports, settings), clock, log }, signal),
      every({ ms: imageGcMs, what: "collect images", work: collectImages, clock, log }, signal),
      every({ ...logTask(pods, ports, settings), clock, log }, signal),
    ]);
    await pods.close();
    await objects.close();
    await cluster.close();
    await journal.close();
    await writes.close();
  }

  journal.forgetEarlier();
  return {
    pods,
    events: recorder,
    journal: () => ports.kube === null ? null : journal.view(),
    puller,
    loopProblem: loop.problem,
    sources: () => views,
    heldDeletions: cluster.heldDeletions,
    confirmDeletions: cluster.confirmDeletions,
    rebootReadiness: rebootWatch.look,
    rebootVerdict: rebootWatch.verdict,
    relay: () => relay?.view() ?? null,
    relayMessages: (signal) => relay?.messages(signal) ?? null,
    addresses: () => node?.node()?.status?.addresses ?? [],
    ready: ready.promise,
    run,
  };
}

/** What a pod asks for that is not known any more can wait. */
function rankIn(pods: Pods, uid: string): number {
  const pod = pods.list().find((each) => each.uid === uid)?.desired ?? null;
  return pod === null ? -Infinity : startRank(pod);
}

function beliefOf(doubt: Doubt | null): Belief {
  if (doubt === null) return "Everything";
  return doubt === "OlderData" ? "Presence" : "Nothing";
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
    return await store.memories.load();
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
