/**
 * This machine as a node of a cluster: registered, its lease renewed, its status kept, its own Node followed.
 *
 *     runtime, pressures looked at ─▶ registered ─▶ lease, status and watch, each in a loop of its own, until the agent stops
 */
import { second } from "../../core/instant.ts";
import type { ClusterSettings } from "../../core/node/cluster_settings.ts";
import type { Node } from "../../core/node/node_object.ts";
import { initialNode } from "../../core/node/registration.ts";
import { qosCgroupPath } from "../../core/node/cgroup_paths.ts";
import type { OwnCondition } from "../../core/node/conditions.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import type { AdmissionNode } from "../../core/pod/admission/node.ts";
import type { Bell } from "../../ports/bell.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Images } from "../../ports/images.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Machine } from "../../ports/machine.ts";
import type { Random } from "../../ports/random.ts";
import type { Runtime } from "../../ports/runtime.ts";
import type { Store } from "../../ports/store.ts";
import type { JournalKeeper } from "../journal/journal_keeper.ts";
import { keepLease } from "./lease.ts";
import type { NodeEvents } from "./node_events.ts";
import { createImageWatch, type ImageWatch } from "../images/image_watch.ts";
import { createNodeFacts } from "./node_facts.ts";
import { registerNode } from "./node_registration.ts";
import { createNodeStatusWriter } from "./node_status.ts";
import { createNodeWatch, type NodeWatch, type NodeWatchDeps } from "./node_watch.ts";
import { createStoredNode } from "./stored_node.ts";
import { createPressureWatch, type PressureWatch } from "./pressure_watch.ts";
import type { RuntimeState } from "../runtime_state.ts";

export interface ClusterNodeDeps {
  readonly kube: KubeApi;
  readonly machine: Machine;
  readonly runtime: Runtime;
  readonly images: Images;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly events: NodeEvents;
  /** Looked at by the agent; rings when it has changed. */
  readonly runtimeState: RuntimeState;
  /** Rings when something has changed that the cluster must hear of at once. */
  readonly bell: Bell;
  readonly keeper: JournalKeeper;
  readonly node: NodeSettings;
  readonly cluster: ClusterSettings;
  readonly store: Pick<Store, "objects">;
  /** See NodeFactsDeps. */
  readonly ownConditions: () => readonly OwnCondition[];
}

/** What admission learns of the node from here. */
export type NodeAdmission = Pick<
  AdmissionNode,
  "labels" | "taints" | "allocatable" | "pressures" | "supplementalGroupsPolicy"
>;

export interface ClusterNode {
  /** The own Node as it was seen last; null where there is none. */
  node(): Node | null;
  /** Its own addresses as the Node shows them; the first is the one pods on the host network show. */
  ips(): readonly string[];
  /** Resolves when the Node has been seen, or the API server has said that there is none. */
  readonly answered: Promise<void>;
  /** As far as it is known: without the API server as it was seen last, and before the first time what the configuration says. */
  admission(): NodeAdmission;
  /** Asks the API server for the Node; where that does not answer, it stays as it was seen last. */
  look(): Promise<void>;
  /** Works until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Throws Failed where the machine does not tell what it is. */
export async function createClusterNode(deps: ClusterNodeDeps): Promise<ClusterNode> {
  const { node, cluster, runtimeState } = deps;
  const stored = await createStoredNode(deps);
  const watches = createWatches({ ...deps, onSeen: (seen) => void stored.save(seen) });
  const { watch } = watches;
  const facts = createNodeFacts({ ...deps, ...watches });
  const status = createNodeStatusWriter({ ...deps, watch, facts });
  const nodeUid = (): string | undefined => watch.node()?.metadata?.uid;

  async function wanted(): Promise<Node> {
    const computed = await status.compute({});
    const architecture = computed.nodeInfo?.architecture ?? "";
    const settings = cluster.registration;
    return initialNode({ name: node.nodeName, architecture, settings, status: computed });
  }

  async function beNode(signal: AbortSignal): Promise<void> {
    if (cluster.register) {
      const registered = await registerNode({ ...deps, initialNode: wanted }, signal);
      if (registered !== null) watch.saw(registered);
    }
    const keep = keepLease({ ...deps, nodeUid }, signal);
    await Promise.all([watch.run(signal), status.run(signal), keep]);
  }

  async function run(signal: AbortSignal): Promise<void> {
    const { imageWatch, pressureWatch } = watches;
    await firstAnswers({ runtimeState, imageWatch }, { clock: deps.clock, signal });
    const looks = [imageWatch, pressureWatch].map((each) => each.run(signal));
    await Promise.all([...looks, beNode(signal)]);
  }

  deps.events.started();
  await watches.pressureWatch.look();
  const unregistered = await wanted();

  function admission(): NodeAdmission {
    const known = watch.node() ?? stored.node() ?? unregistered;
    const features = known.status?.features ?? runtimeState.status()?.features;
    return {
      labels: known.metadata?.labels ?? {},
      taints: known.spec?.taints ?? [],
      allocatable: status.latest()?.allocatable ?? null,
      pressures: watches.pressureWatch.pressures(),
      supplementalGroupsPolicy: features?.supplementalGroupsPolicy ?? false,
    };
  }

  function ips(): readonly string[] {
    const addresses = status.latest()?.addresses ?? watch.node()?.status?.addresses ?? [];
    return addresses.filter(({ type }) => type === "InternalIP").map(({ address }) => address);
  }

  return { node: watch.node, ips, answered: watch.answered, admission, look: watch.look, run };
}

interface Watches {
  readonly imageWatch: ImageWatch;
  readonly pressureWatch: PressureWatch;
  readonly watch: NodeWatch;
}

/** What is looked at, each in its own rhythm; changes that must not wait ring. */
function createWatches(
  deps: ClusterNodeDeps & Pick<NodeWatchDeps, "onSeen">,
): Watches {
  const { node: { paths, cgroups }, cluster, bell: { ring } } = deps;
  const imageWatch = createImageWatch(deps);
  const hasLimit = cgroups.perQos && cluster.enforcePods;
  const pressureWatch = createPressureWatch({
    ...deps,
    imageMountpoint: imageWatch.mountpoint,
    onChange: ring,
    settings: {
      thresholds: [...cluster.reservations.evictionHard, ...cluster.evictionSoft],
      transitionMs: cluster.pressureTransitionMs,
      rootDir: paths.rootDir,
      podsCgroup: hasLimit ? qosCgroupPath("Guaranteed", cgroups) : null,
    },
  });
  return {
    imageWatch,
    pressureWatch,
    watch: createNodeWatch({ ...deps, onReturn: ring }),
  };
}

/** For the runtime's first answers; the node is told of without them when they take longer. */
const firstAnswerMs = 2 * second;

async function firstAnswers(
  { runtimeState, imageWatch }: Pick<ClusterNodeDeps, "runtimeState"> & Pick<Watches, "imageWatch">,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const late = new AbortController();
  const timer = clock.after(firstAnswerMs, () => late.abort());
  const either = AbortSignal.any([signal, late.signal]);
  await Promise.all([runtimeState.look(either), imageWatch.look(either)]);
  timer.cancel();
}
