/**
 * Image references such as `busybox:1`: taken apart and completed the way every container tool does.
 * @see https://github.com/distribution/reference
 */
import { failure, type Result, success } from "../result.ts";

export interface ImageReference {
  /** Host and port; `docker.io` when the text names none. */
  readonly registry: string;
  /** The path in the registry; `library/busybox` for a bare `busybox` of Docker Hub. */
  readonly repository: string;
  readonly tag?: string;
  /** Such as `sha256:…`. */
  readonly digest?: string;
}

const dockerHub = "docker.io";
const maxRepositoryLength = 255;
const invalidFormat = "invalid reference format";

const registryShape =
  /^(?:\[[a-fA-F0-9:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::\d+)?$/;
const pathPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagShape = /^\w[\w.-]{0,127}$/;
/** 64 hexadecimal digits are an image's ID, not its name. */
const imageId = /^[a-f0-9]{64}$/;
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Takes a reference apart. A missing tag stays missing. */
export function parseImageReference(text: string): Result<ImageReference> {
  if (imageId.test(text)) {
    return failure(`${invalidFormat}: cannot specify 64-byte hexadecimal strings`);
  }
  const [name, digest] = cutAt(text, text.indexOf("@"));
  const [registry, path] = splitRegistry(name);
  const [repository, tag] = cutAt(path, path.lastIndexOf(":"));
  const wrong = problem({ registry, repository, tag, digest });
  return wrong === undefined
    ? success({ registry, repository, ...(tag && { tag }), ...(digest && { digest }) })
    : failure(wrong);
}

/** The text before and after a separator; the second is undefined when there is none. */
function cutAt(text: string, index: number): readonly [string, string | undefined] {
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

/** The first part is a registry when it cannot be a path: it has a dot, a port or a capital, or is `localhost`. */
function splitRegistry(name: string): readonly [string, string] {
  const [first, rest] = cutAt(name, name.indexOf("/"));
  const isRegistry = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  if (rest !== undefined && isRegistry && !isDockerHub(first)) return [first, rest];
  const path = rest !== undefined && isDockerHub(first) ? rest : name;
  return [dockerHub, path.includes("/") ? path : `library/${path}`];
}

function isDockerHub(registry: string): boolean {
  return registry === dockerHub || registry === "index.docker.io";
}

function problem(
  { registry, repository, tag, digest }: {
    readonly registry: string;
    readonly repository: string;
    readonly tag: string | undefined;
    readonly digest: string | undefined;
  },
): string | undefined {
  if (repository !== repository.toLowerCase()) {
    return `${invalidFormat}: repository name (${repository}) must be lowercase`;
  }
  if (!registryShape.test(registry)) return invalidFormat;
  if (!repository.split("/").every((part) => pathPart.test(part))) return invalidFormat;
  if (repository.length > maxRepositoryLength) {
    return `repository name must not be more than ${maxRepositoryLength} characters`;
  }
  if (tag !== undefined && !tagShape.test(tag)) return invalidFormat;
  return digest === undefined || isDigest(digest) ? undefined : invalidFormat;
}

function isDigest(digest: string): boolean {
  const [algorithm, hex = ""] = cutAt(digest, digest.indexOf(":"));
  return hex.length === digestLengths[algorithm] && /^[a-f0-9]+$/.test(hex);
}
