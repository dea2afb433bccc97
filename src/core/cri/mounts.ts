/** What is mounted into a container: its volumes, the hosts file and the file for its last words. */
import type { Container, Pod, Volume, VolumeMount } from "../k8s.ts";
import type { NodePaths } from "../node/settings.ts";
import type { Environment } from "../pod/env/environment.ts";
import { hostsFilePath, subPathTarget, terminationMessageFile } from "../pod/paths.ts";
import { failure, type Result, success } from "../result.ts";
import { managedVolume, volumeHostPath } from "../volume/managed_volume.ts";
import { expand } from "./expand.ts";
import { hasHostsFile } from "./hosts.ts";
import type { Mount } from "./types.ts";

export interface ContainerMountsInput {
  readonly pod: Pod;
  readonly container: Container;
  /** Each run has a termination message file of its own. */
  readonly attempt: number;
  readonly paths: NodePaths;
  readonly podIps: readonly string[];
  /** What `subPathExpr` may refer to. */
  readonly env: Environment;
  /** Whether the runtime can mount so that what is mounted below can only be read either. */
  readonly recursiveReadOnly: boolean;
}

/** A part of a volume that must be bound to a place of its own before the container can mount it. */
export interface SubPathBind {
  /** The volume's name, for messages. */
  readonly volume: string;
  readonly volumePath: string;
  readonly subPath: string;
  /** Where it is bound. */
  readonly path: string;
}

const hostsPath = "/etc/hosts";

/** Fails where a mount names a volume that the pod does not have, or no good part of one. */
export function containerMounts(input: ContainerMountsInput): Result<readonly Mount[]> {
  const volumes = volumeMounts(input);
  if (!volumes.ok) return volumes;
  const own = volumes.value.map(({ mount }) => mount);
  return success([...own, ...hostsMount(input), ...terminationMessageMount(input)]);
}

/** The parts of volumes among a container's mounts. Fails as `containerMounts` does. */
export function subPathBinds(input: ContainerMountsInput): Result<readonly SubPathBind[]> {
  const volumes = volumeMounts(input);
  if (!volumes.ok) return volumes;
  return success(volumes.value.flatMap(({ bind }) => bind === null ? [] : [bind]));
}

/** One of a container's volumeMounts, worked out. */
interface WorkedOut {
  readonly mount: Mount;
  /** Null where the whole volume is mounted. */
  readonly bind: SubPathBind | null;
}

function volumeMounts(input: ContainerMountsInput): Result<readonly WorkedOut[]> {
  const all: WorkedOut[] = [];
  for (const [index, mount] of (input.container.volumeMounts ?? []).entries()) {
    const one = workOut(input, { mount, index });
    if (!one.ok) return one;
    all.push(one.value);
  }
  return success(all);
}

function workOut(
  input: ContainerMountsInput,
  { mount, index }: { readonly mount: VolumeMount; readonly index: number },
): Result<WorkedOut> {
  const { pod, paths, container } = input;
  const volume = pod.spec.volumes?.find(({ name }) => name === mount.name);
  const volumePath = volume && volumeHostPath(volume, { pod, paths });
  if (volume === undefined || volumePath === undefined) {
    return failure(
      `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
    );
  }
  const subPath = subPathOf(mount, input.env);
  if (!subPath.ok) return subPath;
  const recursive = recursiveReadOnly(mount, input);
  if (!recursive.ok) return recursive;
  const facts = { volume, recursiveReadOnly: recursive.value };
  if (subPath.value === "") {
    return success({ mount: volumeMount(mount, { ...facts, hostPath: volumePath }), bind: null });
  }
  const at = { uid: pod.metadata.uid, volume: volume.name, container: container.name, index };
  const path = subPathTarget(paths, at);
  return success({
    mount: volumeMount(mount, { ...facts, hostPath: path }),
    bind: { volume: volume.name, volumePath, subPath: subPath.value, path },
  });
}

/** Whether a container's mounts ask what the runtime can do. */
export function asksForRecursiveReadOnly({ volumeMounts = [] }: Container): boolean {
  return volumeMounts.some(({ recursiveReadOnly: mode = "Disabled" }) => mode !== "Disabled");
}

/** @see https://kubernetes.io/docs/concepts/storage/volumes/#recursive-read-only-mounts */
function recursiveReadOnly(
  { name, readOnly = false, recursiveReadOnly: mode = "Disabled", mountPropagation = "None" }:
    VolumeMount,
  { recursiveReadOnly: isSupported }: ContainerMountsInput,
): Result<boolean> {
  if (mode === "Disabled") return success(false);
  const refused = (why: string): Result<never> =>
    failure(
      `failed to resolve recursive read-only mode: volume "${name}" requested recursive ` +
        `read-only mode, but it is not ${why}`,
    );
  if (!readOnly) return refused("read-only");
  if (mountPropagation !== "None") {
    return refused(`compatible with propagation "${mountPropagation}"`);
  }
  return mode === "Enabled" && !isSupported
    ? refused("supported by the runtime")
    : success(isSupported);
}

/** "" for the whole volume. */
function subPathOf(
  { subPath = "", subPathExpr = "" }: VolumeMount,
  env: Environment,
): Result<string> {
  const path = subPathExpr === "" ? success(subPath) : expandedSubPath(subPathExpr, env);
  if (!path.ok) return path;
  if (path.value.startsWith("/")) {
    return failure(`error SubPath \`${path.value}\` must not be an absolute path`);
  }
  if (path.value.split("/").includes("..")) {
    return failure(`unable to provision SubPath \`${path.value}\`: must not contain '..'`);
  }
  return path;
}

/** A reference to nothing would name another directory than the one that is meant. */
function expandedSubPath(text: string, env: Environment): Result<string> {
  const missing = new Set<string>();
  const expanded = expand(text, (name) => {
    const value = env.get(name) ?? "";
    if (value === "") missing.add(name);
    return value;
  });
  return missing.size === 0
    ? success(expanded)
    : failure(`missing value for ${[...missing].toSorted().join(", ")}`);
}

function volumeMount(
  { mountPath, readOnly = false, mountPropagation }: VolumeMount,
  { volume, hostPath, recursiveReadOnly }: {
    readonly volume: Volume;
    readonly hostPath: string;
    readonly recursiveReadOnly: boolean;
  },
): Mount {
  const propagation = mountPropagation === "HostToContainer" || mountPropagation === "Bidirectional"
    ? mountPropagation
    : "Private";
  const readonly = readOnly || managedVolume(volume) !== null;
  return {
    containerPath: absolutePath(mountPath),
    hostPath,
    readonly,
    propagation,
    ...(recursiveReadOnly && { recursiveReadOnly }),
    // What lies elsewhere on the node keeps its labels.
    ...(volume.hostPath === undefined && { selinuxRelabel: true }),
  };
}

/** A volume at the same place goes first. */
function hostsMount({ pod, container, paths, podIps }: ContainerMountsInput): readonly Mount[] {
  const taken = container.volumeMounts?.some(({ mountPath }) => mountPath === hostsPath) ?? false;
  if (taken || !hasHostsFile({ pod, podIps })) return [];
  return [ownFile({
    containerPath: hostsPath,
    hostPath: hostsFilePath(paths, pod.metadata.uid),
  })];
}

function terminationMessageMount(
  { pod, container, attempt, paths }: ContainerMountsInput,
): readonly Mount[] {
  if (!container.terminationMessagePath) return [];
  const at = { uid: pod.metadata.uid, container: container.name, attempt };
  return [ownFile({
    containerPath: absolutePath(container.terminationMessagePath),
    hostPath: terminationMessageFile(paths, at),
  })];
}

function ownFile(where: Pick<Mount, "containerPath" | "hostPath">): Mount {
  return { ...where, readonly: false, propagation: "Private", selinuxRelabel: true };
}

/** Mounts may be given without the slash that they begin with. */
export function absolutePath(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}
