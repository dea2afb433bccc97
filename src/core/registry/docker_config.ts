/**
 * Credentials for image registries in Docker's `config.json`, and which of them an image is pulled with.
 * @see https://kubernetes.io/docs/concepts/containers/images/#config-json
 */
import * as v from "valibot";
import type { RegistryAuth } from "../cri/types.ts";
import { formatFieldPath } from "../field_path.ts";
import { type LocatedDocument, parseLocatedYaml } from "../located_yaml.ts";
import { failure, type Result, success } from "../result.ts";
import type { YamlPath, YamlProblem } from "../yaml_types.ts";
import type { ImageReference } from "./image_reference.ts";

/** What a file holds, most specific key first. */
export interface DockerConfig {
  readonly entries: readonly RegistryEntry[];
  /** Fields that name programs to ask for credentials; there is no such program on a node. */
  readonly unused: readonly string[];
}

/** The credentials for what a key covers. */
export interface RegistryEntry {
  /** Host, or host with wildcards, then a port and a path where they were given: `*.example.com:5000/team`. */
  readonly key: string;
  readonly auth: RegistryAuth;
}

const text = v.optional(v.string("expected a string"), "");

/** The schema's library takes lists for maps. */
const noList = v.check((value: unknown) => !Array.isArray(value), "expected a map");

const authEntry = v.pipe(
  v.unknown(),
  noList,
  v.object({
    auth: text,
    username: text,
    password: text,
    identitytoken: text,
    registrytoken: text,
  }, "expected a map"),
);

const registries = v.record(v.string(), authEntry, "expected a map");
const programs = v.record(v.string(), v.string("expected a string"), "expected a map");

const fileSchema = v.pipe(
  v.unknown(),
  noList,
  v.object({
    auths: v.optional(v.pipe(v.unknown(), noList, registries), {}),
    credsStore: text,
    credHelpers: v.optional(v.pipe(v.unknown(), noList, programs), {}),
  }, "expected a map"),
);

/** Where Docker Hub's credentials lie; they are the last resort for its images. */
const dockerHubKey = "index.docker.io";

/** Reads the file. No message holds any part of a secret. */
export function parseDockerConfig(
  bytes: Uint8Array,
): Result<DockerConfig, readonly YamlProblem[]> {
  const documents = parseLocatedYaml(bytes, { maxDocuments: 1 });
  if (!documents.ok) {
    // The parser's own words may quote what it stumbled over, which may be a password.
    return failure(documents.error.slice(0, 1).map((at) => ({ ...at, message: "not valid JSON" })));
  }
  const [document] = documents.value;
  if (document === undefined) return success({ entries: [], unused: [] });
  const file = v.safeParse(fileSchema, document.value);
  if (file.success) return readEntries(file.output, document);
  return failure(
    file.issues.map(({ path, message }) =>
      problemAt(document, { path: (path ?? []).map(({ key }) => String(key)), message })
    ),
  );
}

function problemAt(
  document: LocatedDocument,
  { path, message }: { readonly path: YamlPath; readonly message: string },
): YamlProblem {
  const field = formatFieldPath(path);
  return { ...document.locate(path), message: field === "" ? message : `${field}: ${message}` };
}

function readEntries(
  { auths, credsStore, credHelpers }: v.InferOutput<typeof fileSchema>,
  document: LocatedDocument,
): Result<DockerConfig, readonly YamlProblem[]> {
  const entries: RegistryEntry[] = [];
  const problems: YamlProblem[] = [];
  for (const [location, given] of Object.entries(auths)) {
    const auth = readAuth(given);
    if (auth === undefined) {
      const message = "expected base64 of username:password";
      problems.push(problemAt(document, { path: ["auths", location, "auth"], message }));
    } else if (auth !== null) entries.push({ key: keyOf(location), auth });
  }
  if (problems.length > 0) return failure(problems);
  const unused = [
    ...(credsStore === "" ? [] : ["credsStore"]),
    ...(Object.keys(credHelpers).length === 0 ? [] : ["credHelpers"]),
  ];
  return success({ entries: entries.sort(mostSpecificFirst), unused });
}

/** Null for an entry that holds nothing, undefined for one that cannot be read. */
function readAuth(given: v.InferOutput<typeof authEntry>): RegistryAuth | null | undefined {
  const login = given.auth === "" ? given : decodeAuth(given.auth);
  if (login === undefined) return undefined;
  const auth: RegistryAuth = {
    ...(login.username && { username: login.username }),
    ...(login.password && { password: login.password }),
    ...(given.identitytoken && { identityToken: given.identitytoken }),
    ...(given.registrytoken && { registryToken: given.registrytoken }),
  };
  return Object.keys(auth).length === 0 ? null : auth;
}

function decodeAuth(
  encoded: string,
): { readonly username: string; readonly password: string } | undefined {
  const decoded = decodeBase64(encoded.trim());
  const colon = decoded?.indexOf(":") ?? -1;
  if (decoded === undefined || colon < 0) return undefined;
  // Old versions of Docker filled the text up with zeros.
  return {
    username: decoded.slice(0, colon),
    password: decoded.slice(colon + 1).replace(/\0+$/, ""),
  };
}

function decodeBase64(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** `https://index.docker.io/v1/` stands for index.docker.io: scheme and API version say nothing about the registry. */
function keyOf(location: string): string {
  const [host = "", ...path] = location.replace(/^https?:\/\//, "").split("/");
  const below = `/${path.join("/")}`.replace(/^\/v[12]\//, "/");
  return below === "/" ? host : host + below;
}

/** The kubelet's order: backwards by name, so that a longer path comes before the one it begins with. */
function mostSpecificFirst({ key: one }: RegistryEntry, { key: other }: RegistryEntry): number {
  return one === other ? 0 : one > other ? -1 : 1;
}

/** Several as one: of two entries for one key the earlier goes first. */
export function mergedConfig(configs: readonly DockerConfig[]): DockerConfig {
  return {
    entries: configs.flatMap(({ entries }) => entries).toSorted(mostSpecificFirst),
    unused: configs.flatMap(({ unused }) => unused),
  };
}

/** What to try for an image, in order: all that match, or Docker Hub's for an image of Docker Hub. */
export function credentialsFor(
  { registry, repository }: Pick<ImageReference, "registry" | "repository">,
  { entries }: DockerConfig,
): readonly RegistryAuth[] {
  const image = `${registry}/${repository}`;
  const matching = entries.filter(({ key }) => covers(key, image));
  if (matching.length > 0 || registry !== "docker.io") return matching.map(({ auth }) => auth);
  return entries.filter(({ key }) => key === dockerHubKey).map(({ auth }) => auth);
}

/** Whether a key covers an image: the same port, the same number of host parts, each matching, and the path's beginning. */
function covers(key: string, image: string): boolean {
  const [pattern, target] = [split(key), split(image)];
  return pattern.port === target.port && target.path.startsWith(pattern.path) &&
    pattern.host.length === target.host.length &&
    pattern.host.every((part, index) => matches(part, target.host[index] ?? ""));
}

function split(
  location: string,
): { readonly host: readonly string[]; readonly port: string; readonly path: string } {
  const slash = location.indexOf("/");
  const [authority, path] = slash < 0
    ? [location, ""]
    : [location.slice(0, slash), location.slice(slash)];
  const { host = authority, port = "" } = /^(?<host>.*):(?<port>\d+)$/.exec(authority)?.groups ??
    {};
  return { host: host.split("."), port, path };
}

/** `*` for any letters, `?` for any one; neither reaches over a dot. */
function matches(pattern: string, part: string): boolean {
  const escaped = pattern.replace(/[\\^$+.()|[\]{}]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(part);
}
