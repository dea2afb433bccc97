/**
 * The values that Kubernetes fills in where a pod leaves a field out: `SetDefaults_*` of pkg/apis/core/v1/defaults.go.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
import type { V1PodSpec } from "@kubernetes/client-node";
import type {
  Container,
  ContainerPort,
  HttpGetAction,
  LifecycleHandler,
  PodSpec,
  Probe,
  ResourceRequirements,
  Volume,
  Wire,
} from "../k8s.ts";
import { impliedPullPolicy } from "./image_tag.ts";
import type { PodManifest } from "./manifest.ts";

/** A manifest whose spec is complete. */
export interface DefaultedManifest extends PodManifest {
  readonly spec: PodSpec;
}

/** Fills in the defaults; what the manifest says stays. Applying it twice changes nothing. */
export function withDefaults(manifest: PodManifest): DefaultedManifest {
  return { ...manifest, spec: specWithDefaults(manifest.spec) };
}

function specWithDefaults(spec: Wire<V1PodSpec>): PodSpec {
  const container = (given: Container): Container =>
    containerWithDefaults(given, { hostNetwork: spec.hostNetwork === true });
  return {
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    terminationGracePeriodSeconds: 30,
    schedulerName: "default-scheduler",
    enableServiceLinks: true,
    securityContext: {},
    ...spec,
    ...(spec.volumes && { volumes: spec.volumes.map(volumeWithDefaults) }),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(container) }),
    containers: spec.containers.map(container),
  };
}

function containerWithDefaults(
  given: Container,
  pod: { readonly hostNetwork: boolean },
): Container {
  return {
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: impliedPullPolicy(given.image ?? ""),
    ...given,
    ...handlersWithDefaults(given),
    ...(given.ports && { ports: given.ports.map((port) => portWithDefaults(port, pod)) }),
    resources: resourcesWithDefaults(given.resources ?? {}),
  };
}

function handlersWithDefaults(
  { startupProbe, livenessProbe, readinessProbe, lifecycle }: Container,
): Partial<Container> {
  return {
    ...(lifecycle && {
      lifecycle: {
        ...lifecycle,
        ...(lifecycle.postStart && { postStart: hookWithDefaults(lifecycle.postStart) }),
        ...(lifecycle.preStop && { preStop: hookWithDefaults(lifecycle.preStop) }),
      },
    }),
    ...(startupProbe && { startupProbe: probeWithDefaults(startupProbe) }),
    ...(livenessProbe && { livenessProbe: probeWithDefaults(livenessProbe) }),
    ...(readinessProbe && { readinessProbe: probeWithDefaults(readinessProbe) }),
  };
}

/** 0 counts as left out. */
function probeWithDefaults(given: Probe): Probe {
  return {
    ...given,
    timeoutSeconds: given.timeoutSeconds || 1,
    periodSeconds: given.periodSeconds || 10,
    successThreshold: given.successThreshold || 1,
    failureThreshold: given.failureThreshold || 3,
    ...(given.httpGet && { httpGet: httpGetWithDefaults(given.httpGet) }),
    ...(given.grpc && { grpc: { service: "", ...given.grpc } }),
  };
}

function hookWithDefaults(given: LifecycleHandler): LifecycleHandler {
  return { ...given, ...(given.httpGet && { httpGet: httpGetWithDefaults(given.httpGet) }) };
}

function httpGetWithDefaults(given: HttpGetAction): HttpGetAction {
  return { ...given, path: given.path || "/", scheme: given.scheme || "HTTP" };
}

/** On the host's network a container's port is the host's port. */
function portWithDefaults(
  port: ContainerPort,
  pod: { readonly hostNetwork: boolean },
): ContainerPort {
  const hostPort = pod.hostNetwork ? { hostPort: port.containerPort } : {};
  return { protocol: "TCP", ...hostPort, ...port };
}

/** What is limited but not requested is requested up to its limit. */
function resourcesWithDefaults(given: ResourceRequirements): ResourceRequirements {
  return given.limits === undefined
    ? given
    : { ...given, requests: { ...given.limits, ...given.requests } };
}

function volumeWithDefaults(volume: Volume): Volume {
  if (volume.hostPath !== undefined) {
    return { ...volume, hostPath: { type: "", ...volume.hostPath } };
  }
  const { name: _name, ...source } = volume;
  return Object.keys(source).length === 0 ? { ...volume, emptyDir: {} } : volume;
}
