/** What the runtime is told of one run of a container. */
import type { Container, Pod } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import type { Environment } from "../pod/env/environment.ts";
import { containerLogPath } from "../pod/paths.ts";
import { failure, type Result, success } from "../result.ts";
import { containerHash } from "./container_hash.ts";
import { annotation, label } from "./labels.ts";
import { containerMounts } from "./mounts.ts";
import { containerProcess } from "./process.ts";
import { containerResources } from "./resources.ts";
import { containerSecurity } from "./security.ts";
import type { ContainerConfig, Image, Labels } from "./types.ts";

export interface ContainerConfigInput {
  readonly pod: Pod;
  readonly container: Container;
  /** From 0; the restart count that the container's status shows. */
  readonly attempt: number;
  readonly node: NodeSettings;
  readonly image: Image;
  /** The addresses of the sandbox; without any there may be no hosts file. */
  readonly podIps: readonly string[];
  readonly env: Environment;
  /** What the runtime can do; see `ContainerMountsInput`. */
  readonly recursiveReadOnly: boolean;
  /** See `ContainerSecurityInput`. */
  readonly targetId?: string | undefined;
}

/** Why a container cannot be configured, as the waiting state of its status says it. */
export interface ConfigFailure {
  readonly reason: string;
  readonly message: string;
}

/** Fails where a mount has no volume, where references expand beyond all measure, and where the image may not run as its user. */
export function containerConfig(
  input: ContainerConfigInput,
): Result<ContainerConfig, ConfigFailure> {
  const { pod, container, attempt, node, image, env, targetId } = input;
  const process = containerProcess(container, env);
  if (!process.ok) return refused(process.error);
  const mounts = containerMounts({ ...input, paths: node.paths });
  if (!mounts.ok) return refused(mounts.error);
  const security = containerSecurity({ pod, container, image, node, targetId });
  if (!security.ok) return refused(security.error);
  return success({
    metadata: { name: container.name, attempt },
    image: image.id,
    userSpecifiedImage: container.image ?? "",
    ...process.value,
    workingDir: container.workingDir ?? "",
    mounts: mounts.value,
    labels: containerLabels(input),
    annotations: containerAnnotations(input),
    logPath: containerLogPath(container.name, attempt),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    resources: containerResources({ pod, container, node }),
    security: security.value,
  });
}

function refused(message: string): Result<never, ConfigFailure> {
  return failure({ reason: "CreateContainerConfigError", message });
}

function containerLabels({ pod, container }: ContainerConfigInput): Labels {
  return {
    [label.containerName]: container.name,
    [label.podName]: pod.metadata.name,
    [label.podNamespace]: pod.metadata.namespace,
    [label.podUid]: pod.metadata.uid,
  };
}

function containerAnnotations({ pod, container, attempt }: ContainerConfigInput): Labels {
  return {
    [annotation.containerHash]: containerHash(container),
    [annotation.restartCount]: `${attempt}`,
    [annotation.terminationMessagePath]: container.terminationMessagePath ?? "",
    [annotation.terminationMessagePolicy]: container.terminationMessagePolicy ?? "",
    [annotation.podTerminationGracePeriod]: `${pod.spec.terminationGracePeriodSeconds}`,
    ...portsAnnotation(container),
    ...preStopAnnotation(container),
  };
}

/** For an agent that finds the container and not its pod. */
function preStopAnnotation({ lifecycle }: Container): Labels {
  if (lifecycle?.preStop === undefined) return {};
  return { [annotation.preStopHandler]: JSON.stringify(lifecycle.preStop) };
}

/** The fields are in the order in which the kubelet writes them. */
function portsAnnotation({ ports = [] }: Container): Labels {
  if (ports.length === 0) return {};
  const ordered = ports.map(({ name, hostPort, containerPort, protocol, hostIP }) => ({
    ...(name ? { name } : {}),
    ...(hostPort ? { hostPort } : {}),
    containerPort,
    ...(protocol ? { protocol } : {}),
    ...(hostIP ? { hostIP } : {}),
  }));
  return { [annotation.containerPorts]: JSON.stringify(ordered) };
}
