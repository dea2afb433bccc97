/** A Node's status: what the API server is told of this machine. */
import type { Image, RuntimeStatus } from "../cri/types.ts";
import type { Instant } from "../instant.ts";
import { KUBELET_VERSION } from "../version.ts";
import { allocatable, type Reservations } from "./allocatable.ts";
import { capacity, type PodLimits } from "./capacity.ts";
import { nodeConditions, type OwnCondition } from "./conditions.ts";
import { nodeImages } from "./images.ts";
import type { FileSystemUse, MachineIdentity, MachineSize } from "./machine.ts";
import type { NodeAddress, NodeCondition, NodeStatus, NodeSystemInfo } from "./node_object.ts";
import type { Pressure } from "./pressure.ts";
import { isHugePages, resourceList, type ResourceTexts, resourceTexts } from "./resource_list.ts";

/** What stays the same while the agent runs. */
export interface StatusSettings {
  readonly nodeName: string;
  readonly limits: PodLimits;
  readonly reservations: Reservations;
  /** `nodeStatusMaxImages`; below 0: all. */
  readonly maxImages: number;
  /** Of the HTTPS API; null where there is none. */
  readonly kubeletPort: number | null;
}

export interface StatusInput {
  readonly settings: StatusSettings;
  /** As the API server has it; `{}` for a node that it does not know. */
  readonly previous: NodeStatus;
  /** The conditions as they were computed last. */
  readonly computed: readonly NodeCondition[];
  readonly identity: MachineIdentity;
  readonly size: MachineSize;
  readonly disk: Pick<FileSystemUse, "capacityBytes">;
  /** Null: not to be found out now, so those it has stay. */
  readonly ips: readonly string[] | null;
  /** `containerd://1.6.20` */
  readonly runtimeVersion: string;
  /** Null while the runtime has not answered yet. */
  readonly runtime: Pick<RuntimeStatus, "handlers" | "features"> | null;
  /** Null while the runtime has not told yet. */
  readonly images: readonly Image[] | null;
  readonly pressures: readonly Pressure[];
  /** What keeps the node from running pods. */
  readonly problems: readonly string[];
  /** What this node tells besides what a kubelet does. */
  readonly own?: readonly OwnCondition[];
  readonly now: Instant;
}

/** Only what is this node's to say; what others keep in a status (volumes, other conditions and resources) goes on. */
export function nodeStatus(input: StatusInput): NodeStatus {
  return {
    ...resources(input),
    ...addresses(input),
    conditions: nodeConditions({ ...input, previous: input.previous.conditions ?? [] }),
    nodeInfo: nodeInfo(input),
    ...daemonEndpoints(input.settings),
    ...images(input),
    ...runtimeFields(input),
  };
}

/** Resources that others have put into the capacity are allocatable as they are. */
function resources(
  { settings, previous, size, disk }: StatusInput,
): Pick<NodeStatus, "capacity" | "allocatable"> {
  const own = capacity({ size, disk, limits: settings.limits });
  const foreign = foreignResources(previous.capacity ?? {}, own);
  const left = allocatable({ ...own, ...resourceList(foreign) }, settings.reservations);
  return {
    capacity: { ...foreign, ...resourceTexts(own) },
    allocatable: { ...resourceTexts(left) },
  };
}

/** Sizes of huge pages are this machine's alone: one that it has no more must go. */
function foreignResources(previous: ResourceTexts, own: object): ResourceTexts {
  return Object.fromEntries(
    Object.entries(previous).filter(([name]) => !Object.hasOwn(own, name) && !isHugePages(name)),
  );
}

const ownAddressTypes: readonly string[] = ["InternalIP", "Hostname"];

function addresses(
  { settings, previous, ips }: StatusInput,
): Pick<NodeStatus, "addresses"> {
  if (ips === null) return {};
  const foreign = (previous.addresses ?? []).filter(({ type }) => !ownAddressTypes.includes(type));
  const own = ips.map((address): NodeAddress => ({ type: "InternalIP", address }));
  return { addresses: [...own, { type: "Hostname", address: settings.nodeName }, ...foreign] };
}

function nodeInfo({ identity, size, runtimeVersion }: StatusInput): NodeSystemInfo {
  return {
    machineID: identity.machineId,
    systemUUID: identity.systemUuid,
    bootID: identity.bootId,
    kernelVersion: identity.kernelVersion,
    osImage: identity.osImage,
    containerRuntimeVersion: runtimeVersion,
    kubeletVersion: KUBELET_VERSION,
    // Nobody could tell it truly: Kubernetes gave the field up with 1.33.
    kubeProxyVersion: "",
    operatingSystem: "linux",
    architecture: identity.architecture,
    runningInUserNamespace: identity.inUserNamespace,
    ...(size.swapBytes > 0 && { swap: { capacity: size.swapBytes } }),
  };
}

function daemonEndpoints(
  { kubeletPort }: Pick<StatusSettings, "kubeletPort">,
): Pick<NodeStatus, "daemonEndpoints"> {
  if (kubeletPort === null) return {};
  return { daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } } };
}

function images({ images, settings }: StatusInput): Pick<NodeStatus, "images"> {
  return images === null ? {} : { images: nodeImages(images, { max: settings.maxImages }) };
}

function runtimeFields(
  { runtime }: StatusInput,
): Pick<NodeStatus, "runtimeHandlers" | "features"> {
  if (runtime === null) return {};
  return {
    runtimeHandlers: runtime.handlers
      .toSorted((a, b) => a.name < b.name ? -1 : 1)
      .map(({ name, ...features }) => ({ name, features })),
    ...(runtime.features !== null && { features: { ...runtime.features } }),
  };
}
