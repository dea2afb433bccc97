/**
 * A container's environment: what it names, what it takes from objects and from the pod, and the services it may find.
 * @see https://kubernetes.io/docs/concepts/containers/container-environment/
 */
import { type BoundedExpander, boundedExpander, maxExpansion } from "../../cri/expand.ts";
import type { Container, EnvVar, EnvVarSource } from "../../k8s.ts";
import { failure, type Result, success } from "../../result.ts";
import { type Lookups, required } from "../lookup.ts";
import { envFileValue } from "./env_file.ts";
import { environmentField, type PlacedPod } from "./field_ref.ts";
import { type Amounts, containerNamed, podAllocatable, resourceField } from "./resource_field.ts";
import { serviceEnv, type ServiceLink } from "./service_env.ts";

/** What variables may be made from besides the container itself. */
export interface EnvironmentSources extends PlacedPod {
  readonly objects: Lookups;
  /** Null: the API server has not told of them yet. */
  readonly services: readonly ServiceLink[] | null;
  /** What the node has for pods. */
  readonly allocatable: Amounts;
  /** The files that `envFiles` names, by its key; those that cannot be read are missing. */
  readonly files: ReadonlyMap<string, string>;
}

/** A file in one of the pod's volumes. */
export interface EnvFile {
  readonly volume: string;
  readonly path: string;
}

/** By name, in the order in which the variables are given to the container. */
export type Environment = ReadonlyMap<string, string>;

/** The files that must be read for a container's environment. */
export function envFiles({ env = [] }: Pick<Container, "env">): readonly EnvFile[] {
  return env.flatMap(({ valueFrom }) =>
    valueFrom?.fileKeyRef === undefined
      ? []
      : [{ volume: valueFrom.fileKeyRef.volumeName, path: valueFrom.fileKeyRef.path }]
  );
}

/** Tells one file of a pod's volumes from another. */
export function envFileKey({ volume, path }: EnvFile): string {
  return `${volume}/${path}`;
}

/**
 * Whole objects come first, then the container's own variables, which may refer to all above them, then the services. Of
 * two with one name the later holds, but no service hides a variable. Fails in the kubelet's words.
 */
export function containerEnvironment(
  container: Container,
  sources: EnvironmentSources,
): Result<Environment> {
  const { pod: { metadata, spec }, services } = sources;
  if (services === null) {
    return failure("services have not yet been read at least once, cannot construct envvars");
  }
  const { namespace } = metadata;
  const enableServiceLinks = spec.enableServiceLinks ?? true;
  const links = serviceEnv(services, { namespace, enableServiceLinks });
  const own = wholeObjects(container, sources);
  if (!own.ok) return own;
  const named = addNamed(own.value, { container, sources, links });
  if (!named.ok) return named;
  return success(
    new Map([...named.value, ...[...links].filter(([name]) => !named.value.has(name))]),
  );
}

function wholeObjects(
  { envFrom = [] }: Container,
  { objects }: EnvironmentSources,
): Result<Map<string, string>> {
  const values = new Map<string, string>();
  for (const { configMapRef, secretRef, prefix = "" } of envFrom) {
    const data = configMapRef !== undefined
      ? configMapData(configMapRef, objects)
      : secretData(secretRef ?? {}, objects);
    if (!data.ok) return data;
    for (const [key, value] of Object.entries(data.value ?? {})) values.set(prefix + key, value);
  }
  return success(values);
}

interface ObjectRef {
  readonly name?: string;
  readonly optional?: boolean;
}

type Data = Readonly<Record<string, string>>;

/** Null for an optional one that is missing. */
function configMapData({ name = "", optional }: ObjectRef, objects: Lookups): Result<Data | null> {
  const found = required(objects.configMap(name), { what: "configmap", name, optional });
  return found.ok ? success(found.value && (found.value.data ?? {})) : found;
}

function secretData({ name = "", optional }: ObjectRef, objects: Lookups): Result<Data | null> {
  const found = required(objects.secret(name), { what: "secret", name, optional });
  return found.ok ? success(found.value && decodedData(found.value.data ?? {})) : found;
}

/** A Secret's values are bytes in base64. */
function decodedData(data: Data): Data {
  return Object.fromEntries(
    Object.entries(data).map((
      [key, value],
    ) => [key, new TextDecoder().decode(Uint8Array.fromBase64(value))]),
  );
}

interface Naming {
  readonly container: Container;
  readonly sources: EnvironmentSources;
  readonly links: Environment;
}

function addNamed(own: Map<string, string>, naming: Naming): Result<Map<string, string>> {
  const { container, links } = naming;
  const expander = boundedExpander((name) => own.get(name) ?? links.get(name));
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, naming, expander);
    if (!value.ok) return value;
    if (value.value !== null) own.set(variable.name, value.value);
  }
  return expander.isExceeded ? failure(tooMuch(container)) : success(own);
}

function tooMuch({ name }: Container): string {
  return `the references in env of container "${name}" expand to more than ${maxExpansion} characters`;
}

/** Null for an optional value that is not there: the variable is left out. */
function valueOf(
  { value = "", valueFrom }: EnvVar,
  naming: Naming,
  expander: BoundedExpander,
): Result<string | null> {
  if (value !== "") return success(expander.expand(value));
  return valueFrom === undefined ? success("") : valueFromSource(valueFrom, naming);
}

function valueFromSource(source: EnvVarSource, naming: Naming): Result<string | null> {
  const { sources } = naming;
  if (source.fieldRef !== undefined) return environmentField(sources, source.fieldRef.fieldPath);
  if (source.resourceFieldRef !== undefined) return resourceValue(source.resourceFieldRef, naming);
  if (source.configMapKeyRef !== undefined) {
    const data = configMapData(source.configMapKeyRef, sources.objects);
    return keyOf(source.configMapKeyRef, { data, kind: "ConfigMap", sources });
  }
  if (source.secretKeyRef !== undefined) {
    const data = secretData(source.secretKeyRef, sources.objects);
    return keyOf(source.secretKeyRef, { data, kind: "Secret", sources });
  }
  return source.fileKeyRef === undefined ? success("") : fileValue(source.fileKeyRef, sources);
}

type ResourceRef = NonNullable<EnvVarSource["resourceFieldRef"]>;

/** Limits that are not set are those of the pod or the node, but for an init container that is asked for by name. */
function resourceValue(
  selector: ResourceRef,
  { container, sources: { pod, allocatable } }: Naming,
): Result<string> {
  const { containerName = "" } = selector;
  const asked = containerName === "" ? success(container) : containerNamed(pod.spec, containerName);
  if (!asked.ok) return asked;
  const isDefaulted = containerName === "" || pod.spec.containers.includes(asked.value);
  return resourceField(selector, {
    container: asked.value,
    allocatable: isDefaulted ? podAllocatable(pod.spec, allocatable) : {},
  });
}

function keyOf(
  { key, name = "", optional }: ObjectRef & { readonly key: string },
  { data, kind, sources }: {
    readonly data: Result<Data | null>;
    readonly kind: "ConfigMap" | "Secret";
    readonly sources: EnvironmentSources;
  },
): Result<string | null> {
  if (!data.ok) return data;
  if (data.value === null) return success(null);
  if (Object.hasOwn(data.value, key)) return success(data.value[key] ?? "");
  const { namespace } = sources.pod.metadata;
  return optional
    ? success(null)
    : failure(`couldn't find key ${key} in ${kind} ${namespace}/${name}`);
}

function fileValue(
  { volumeName, path, key, optional }: NonNullable<EnvVarSource["fileKeyRef"]>,
  { files }: EnvironmentSources,
): Result<string | null> {
  const text = files.get(envFileKey({ volume: volumeName, path }));
  const value = text === undefined ? null : envFileValue(text, key);
  if (value === null || !value.ok) return failure("couldn't parse env file");
  if (value.value !== "") return value;
  if (optional) return success(null);
  return failure(`environment variable key "${key}" not found in file "${path}"`);
}
