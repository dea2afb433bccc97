/** The Kubernetes API types as they are on the wire: the client library's types, read-only and with times as text. */
import type {
  V1ConfigMap,
  V1Container,
  V1ContainerPort,
  V1ContainerState,
  V1ContainerStatus,
  V1EnvVar,
  V1EnvVarSource,
  V1EphemeralContainer,
  V1HTTPGetAction,
  V1LifecycleHandler,
  V1Pod,
  V1PodCondition,
  V1PodSpec,
  V1PodStatus,
  V1Probe,
  V1ResourceFieldSelector,
  V1ResourceRequirements,
  V1Secret,
  V1Service,
  V1Volume,
  V1VolumeMount,
} from "@kubernetes/client-node";

/** The client library parses times into `Date`; JSON and YAML carry them as RFC 3339 text, and so do we. */
export type Wire<T> = T extends Date ? string
  : T extends (infer U)[] ? readonly Wire<U>[]
  : T extends object ? { readonly [K in keyof T]: Wire<T[K]> }
  : T;

type Required1<T, K extends keyof T> = T & { readonly [P in K]-?: NonNullable<T[P]> };

/** A pod that has been through validation and defaulting: what every kubelet may rely on is there. */
export interface Pod extends Omit<Wire<V1Pod>, "metadata" | "spec"> {
  readonly metadata: Required1<NonNullable<Wire<V1Pod>["metadata"]>, "name" | "namespace" | "uid">;
  readonly spec: PodSpec;
}
/** A PodSpec after defaulting: restart policy, DNS policy and grace period are set. */
export type PodSpec = Required1<
  Wire<V1PodSpec>,
  "containers" | "restartPolicy" | "terminationGracePeriodSeconds" | "dnsPolicy"
>;
export type Container = Wire<V1Container>;
export type EphemeralContainer = Wire<V1EphemeralContainer>;
export type ContainerPort = Wire<V1ContainerPort>;
export type EnvVar = Wire<V1EnvVar>;
export type Probe = Wire<V1Probe>;
export type HttpGetAction = Wire<V1HTTPGetAction>;
export type LifecycleHandler = Wire<V1LifecycleHandler>;
export type EnvVarSource = Wire<V1EnvVarSource>;
export type Volume = Wire<V1Volume>;
export type VolumeMount = Wire<V1VolumeMount>;
export type ResourceFieldSelector = Wire<V1ResourceFieldSelector>;
export type ResourceRequirements = Wire<V1ResourceRequirements>;
export type ConfigMap = Wire<V1ConfigMap>;
export type Secret = Wire<V1Secret>;
export type Service = Wire<V1Service>;
export type PodStatus = Wire<V1PodStatus>;
export type PodCondition = Wire<V1PodCondition>;
export type K8sContainerStatus = Wire<V1ContainerStatus>;
export type K8sContainerState = Wire<V1ContainerState>;

/** `namespace/name`, as kubectl and the kubelet print a pod. */
export function podKey(pod: { readonly metadata: Pod["metadata"] }): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}

/** Whether an init container is a sidecar: it keeps running beside the main containers (KEP-753). */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/** The same of any container of a pod: a main one may have the policy Always too. */
export function isSidecarOf(spec: Pick<PodSpec, "initContainers">, container: Container): boolean {
  const inits = spec.initContainers ?? [];
  return isSidecar(container) && inits.some(({ name }) => name === container.name);
}

/** All containers a pod is made of, in the order of their start: init containers and sidecars first. */
export function allContainers(
  spec: Pick<PodSpec, "initContainers" | "containers">,
): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** Those too that were added to the running pod to debug it: for whoever looks one up by its name. */
export function withEphemeral(
  spec: Pick<PodSpec, "initContainers" | "containers" | "ephemeralContainers">,
): readonly (Container | EphemeralContainer)[] {
  return [...allContainers(spec), ...(spec.ephemeralContainers ?? [])];
}
