/**
 * The files of a volume that shows objects of the API or the pod itself.
 * @see https://kubernetes.io/docs/concepts/storage/projected-volumes/
 */
import { cleanPath } from "../clean_path.ts";
import { type ConfigMap, type Pod, type Secret, type Volume, withEphemeral } from "../k8s.ts";
import { metadataField } from "../pod/env/field_ref.ts";
import { type Amounts, containerNamed, resourceField } from "../pod/env/resource_field.ts";
import { type Lookups, required } from "../pod/lookup.ts";
import { failure, type Result, success } from "../result.ts";
import { payloadPathProblem } from "./payload_path.ts";
import { tokenKey, type TokenProjection } from "./token_projection.ts";

export interface PayloadFile {
  readonly content: string | Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** The owner; root unless given. */
  readonly uid?: number;
}

/** By path in the volume. */
export type Payload = ReadonlyMap<string, PayloadFile>;

export interface PayloadSources {
  readonly pod: Pod;
  readonly objects: Lookups;
  /** What the node has for pods: a limit that is not set is as much. */
  readonly allocatable: Amounts;
  /** By `tokenKey`. */
  readonly tokens: ReadonlyMap<string, Result<string>>;
}

/** Kubernetes' default for every kind. */
const defaultFileMode = 0o644;

/** Fails in the kubelet's words. Volumes of other kinds have no files. */
export function volumePayload(volume: Volume, sources: PayloadSources): Result<Payload> {
  const files = volumeFiles(volume, sources);
  if (!files.ok) return files;
  const problem = files.value.map(([path]) => payloadPathProblem(path)).find((each) =>
    each !== null
  );
  if (problem !== undefined) return failure(problem);
  return success(new Map(files.value.map(([path, file]) => [cleanPath(path), file])));
}

type File = readonly [path: string, file: PayloadFile];
type Files = Result<readonly File[]>;

function volumeFiles(volume: Volume, sources: PayloadSources): Files {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) return configMapFiles(configMap, sources, modeOf(configMap));
  if (secret !== undefined) {
    return secretFiles({ name: secret.secretName ?? "", ...secret }, sources, modeOf(secret));
  }
  if (downwardAPI !== undefined) {
    return downwardFiles(downwardAPI, sources, modeOf(downwardAPI));
  }
  return projected === undefined ? success([]) : projectedFiles(projected, sources);
}

function modeOf({ defaultMode = defaultFileMode }: { readonly defaultMode?: number }): number {
  return defaultMode;
}

type KeysSource = Omit<NonNullable<Volume["configMap"]>, "defaultMode">;

function configMapFiles(source: KeysSource, { objects }: PayloadSources, mode: number): Files {
  const { name = "", optional } = source;
  const found = required(objects.configMap(name), { what: "configmap", name, optional });
  if (!found.ok) return found;
  return keyFiles(source, {
    contents: configMapContents(found.value),
    mode,
    missing: "configmap references non-existent config key: ",
  });
}

function configMapContents(configMap: ConfigMap | null): Contents {
  const { data = {}, binaryData = {} } = configMap ?? {};
  return new Map<string, () => string | Uint8Array>([
    ...Object.entries(data).map(([key, text]) => [key, () => text] as const),
    ...Object.entries(binaryData).map(([key, value]) =>
      [key, () => Uint8Array.fromBase64(value)] as const
    ),
  ]);
}

function secretFiles(source: KeysSource, { objects }: PayloadSources, mode: number): Files {
  const { name = "", optional } = source;
  const found = required(objects.secret(name), { what: "secret", name, optional });
  if (!found.ok) return found;
  return keyFiles(source, {
    contents: secretContents(found.value),
    mode,
    missing: "references non-existent secret key: ",
  });
}

function secretContents(secret: Secret | null): Contents {
  return new Map(
    Object.entries(secret?.data ?? {}).map(([key, value]) => [
      key,
      () => Uint8Array.fromBase64(value),
    ]),
  );
}

/** By key; decoded only where they are shown. */
type Contents = ReadonlyMap<string, () => string | Uint8Array>;

/** All keys, or those that are listed at the paths that are given for them. */
function keyFiles(
  { items = [], optional = false }: KeysSource,
  { contents, mode, missing }: {
    readonly contents: Contents;
    readonly mode: number;
    readonly missing: string;
  },
): Files {
  if (items.length === 0) {
    return success([...contents].map(([key, content]) => [key, { content: content(), mode }]));
  }
  const files: File[] = [];
  for (const item of items) {
    const content = contents.get(item.key);
    if (content !== undefined) {
      files.push([item.path, { content: content(), mode: item.mode ?? mode }]);
    } else if (!optional) return failure(missing + item.key);
  }
  return success(files);
}

type DownwardSource = Pick<NonNullable<Volume["downwardAPI"]>, "items">;
type DownwardFile = NonNullable<DownwardSource["items"]>[number];

function downwardFiles(
  { items = [] }: DownwardSource,
  sources: PayloadSources,
  mode: number,
): Files {
  return allOf(items.map((item) => {
    const content = downwardContent(item, sources);
    if (!content.ok) return content;
    return success([[item.path, { content: content.value, mode: item.mode ?? mode }]]);
  }));
}

function downwardContent(
  { fieldRef, resourceFieldRef }: DownwardFile,
  { pod, allocatable }: PayloadSources,
): Result<string> {
  if (fieldRef !== undefined) return metadataField(pod, fieldRef.fieldPath);
  if (resourceFieldRef === undefined) return success("");
  const container = containerNamed(pod.spec, resourceFieldRef.containerName ?? "");
  if (!container.ok) return container;
  return resourceField(resourceFieldRef, { container: container.value, allocatable });
}

type Projected = NonNullable<Volume["projected"]>;
type Projection = NonNullable<Projected["sources"]>[number];

function projectedFiles(projected: Projected, sources: PayloadSources): Files {
  const mode = modeOf(projected);
  return allOf((projected.sources ?? []).map((each) => projectionFiles(each, sources, mode)));
}

function projectionFiles(projection: Projection, sources: PayloadSources, mode: number): Files {
  const { configMap, secret, downwardAPI, serviceAccountToken } = projection;
  if (secret !== undefined) return secretFiles(secret, sources, mode);
  if (configMap !== undefined) return configMapFiles(configMap, sources, mode);
  if (downwardAPI !== undefined) return downwardFiles(downwardAPI, sources, mode);
  return serviceAccountToken === undefined
    ? success([])
    : tokenFile(serviceAccountToken, sources, mode);
}

/** Whoever the containers run as, or the pod's group, may read it, and nobody else. */
function tokenFile(
  projection: TokenProjection,
  { pod, tokens }: PayloadSources,
  mode: number,
): Files {
  const token = tokens.get(tokenKey(projection)) ?? failure("failed to fetch token: not asked for");
  if (!token.ok) return token;
  const uid = commonUser(pod);
  const isPrivate = uid !== undefined || pod.spec.securityContext?.fsGroup !== undefined;
  const file = { content: token.value, mode: isPrivate ? 0o600 : mode };
  return success([[projection.path, uid === undefined ? file : { ...file, uid }]]);
}

/** The user that every container of the pod is told to run as; undefined where they differ or one is not told. */
function commonUser({ spec }: Pod): number | undefined {
  const users = withEphemeral(spec).map((each) =>
    each.securityContext?.runAsUser ?? spec.securityContext?.runAsUser
  );
  return users.every((user) => user === users[0]) ? users[0] : undefined;
}

/** All parts, a later one before an earlier of the same path; all that is wrong with them in one message. */
function allOf(parts: readonly Files[]): Files {
  const errors = parts.flatMap((part) => part.ok ? [] : [part.error]);
  const [first, ...more] = new Set(errors);
  if (first === undefined) return success(parts.flatMap((part) => part.ok ? part.value : []));
  return failure(more.length === 0 ? first : `[${[first, ...more].join(", ")}]`);
}
