/**
 * The values that Kubernetes fills in where a pod leaves a field out: `SetDefaults_*` of pkg/apis/core/v1/defaults.go.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
import type { V1PodSpec } from "@kubernetes/client-node";
import type {
  Container,
  ContainerPort,
  EnvVar,
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
  const container = <T extends Container>(given: T): T =>
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
    ...(spec.ephemeralContainers &&
      { ephemeralContainers: spec.ephemeralContainers.map(container) }),
    containers: spec.containers.map(container),
  };
}

function containerWithDefaults<T extends Container>(
  given: T,
  pod: { readonly hostNetwork: boolean },
): T {
  return {
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: impliedPullPolicy(given.image ?? ""),
    ...given,
    ...handlersWithDefaults(given),
    ...(given.env && { env: given.env.map(variableWithDefaults) }),
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

/** `SetDefaults_*VolumeSource`: files may be read by all, tokens live for an hour. */
const sourceDefaults = { defaultMode: 0o644 };
const tokenDefaults = { expirationSeconds: 3_600 };

function volumeWithDefaults(volume: Volume): Volume {
  const { name: _name, ...source } = volume;
  if (Object.keys(source).length === 0) return { ...volume, emptyDir: {} };
  const { hostPath, configMap, secret, downwardAPI, projected } = volume;
  return {
    ...volume,
    ...(hostPath && { hostPath: { type: "", ...hostPath } }),
    ...(configMap && { configMap: { ...sourceDefaults, ...configMap } }),
    ...(secret && { secret: { ...sourceDefaults, ...secret } }),
    ...(downwardAPI &&
      { downwardAPI: downwardWithDefaults({ ...sourceDefaults, ...downwardAPI }) }),
    ...(projected && { projected: projectedWithDefaults({ ...sourceDefaults, ...projected }) }),
  };
}

function projectedWithDefaults(given: NonNullable<Volume["projected"]>): typeof given {
  if (given.sources === undefined) return given;
  return {
    ...given,
    sources: given.sources.map(({ downwardAPI, serviceAccountToken: token, ...rest }) => ({
      ...rest,
      ...(downwardAPI && { downwardAPI: downwardWithDefaults(downwardAPI) }),
      ...(token && { serviceAccountToken: { ...tokenDefaults, ...token } }),
    })),
  };
}

function downwardWithDefaults<T extends NonNullable<Volume["downwardAPI"]>>(given: T): T {
  if (given.items === undefined) return given;
  return {
    ...given,
    items: given.items.map((item) =>
      item.fieldRef === undefined
        ? item
        : { ...item, fieldRef: { ...fieldDefaults, ...item.fieldRef } }
    ),
  };
}

const fieldDefaults = { apiVersion: "v1" };

function variableWithDefaults(variable: EnvVar): EnvVar {
  const { valueFrom } = variable;
  if (valueFrom?.fieldRef === undefined) return variable;
  const fieldRef = { ...fieldDefaults, ...valueFrom.fieldRef };
  return { ...variable, valueFrom: { ...valueFrom, fieldRef } };
}
