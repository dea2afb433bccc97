/** Gathers what a container's environment is made from, and makes it. */
import type { Container, Pod } from "../../core/k8s.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import {
  containerEnvironment,
  type EnvFile,
  envFileKey,
  envFiles,
  type Environment,
} from "../../core/pod/env/environment.ts";
import type { Amounts } from "../../core/pod/env/resource_field.ts";
import { podIps } from "../../core/pod/pod_ips.ts";
import { containerReferences } from "../../core/pod/references.ts";
import { isStaticPod } from "../../core/pod/static_pod.ts";
import type { Result } from "../../core/result.ts";
import { volumeHostPath } from "../../core/volume/managed_volume.ts";
import type { Files } from "../../ports/files.ts";
import type { PodObjects } from "./pod_objects.ts";
import type { ServiceLinks } from "./service_links.ts";

export interface EnvironmentDeps {
  readonly objects: PodObjects;
  readonly services: ServiceLinks;
  readonly files: Files;
  readonly node: NodeSettings;
  /** The node's own addresses; the first one is `hostIP`. */
  readonly nodeIps: () => readonly string[];
  /** What the node has for pods. */
  readonly allocatable: () => Amounts;
}

/** Fails in the kubelet's words. */
export async function environmentOf(
  { pod, container, sandboxIps }: {
    readonly pod: Pod;
    readonly container: Container;
    readonly sandboxIps: readonly string[];
  },
  deps: EnvironmentDeps,
): Promise<Result<Environment>> {
  const [objects, services, files] = await Promise.all([
    deps.objects.lookUp(pod.metadata.namespace, containerReferences(container)),
    deps.services.current(),
    readEnvFiles(pod, envFiles(container), deps),
  ]);
  const nodeIps = deps.nodeIps();
  return containerEnvironment(container, {
    pod,
    nodeIps,
    podIps: podIps({ spec: pod.spec, sandboxIps, nodeIps }),
    objects,
    // What runs without an API server does not wait for it.
    services: services ?? (isStaticPod(pod) ? [] : null),
    allocatable: deps.allocatable(),
    files,
  });
}

/** What cannot be read is left out, and the variable that needs it says so. */
async function readEnvFiles(
  pod: Pod,
  wanted: readonly EnvFile[],
  deps: EnvironmentDeps,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const file of wanted) {
    const text = await readEnvFile(pod, file, deps);
    if (text !== null) texts.set(envFileKey(file), text);
  }
  return texts;
}

async function readEnvFile(
  pod: Pod,
  { volume: name, path }: EnvFile,
  { files, node }: EnvironmentDeps,
): Promise<string | null> {
  const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
  const top = volume && volumeHostPath(volume, { pod, paths: node.paths });
  if (top === undefined) return null;
  try {
    return await files.readInside({ top, path });
  } catch {
    return null;
  }
}
