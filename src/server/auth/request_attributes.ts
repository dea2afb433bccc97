/** What a request must be allowed to do, as the kubelet asks it. @see pkg/kubelet/server/auth.go, GetRequestAttributes */
import type { Attributes } from "./attributes.ts";
import type { User } from "./user.ts";

export interface RequestFacts {
  readonly method: string;
  /** Decoded. */
  readonly path: string;
}

/** Paths whose fine-grained subresource is asked for first, and `proxy` after it. */
const beforeProxy: readonly (readonly [path: string, subresource: string])[] = [
  ["/allocatedPods", "pods"],
  ["/pods", "pods"],
  ["/healthz", "healthz"],
  ["/configz", "configz"],
  ["/runningpods", "pods"],
];

/** Paths for which `proxy` does not count. */
const insteadOfProxy: readonly (readonly [path: string, subresource: string])[] = [
  ["/stats", "stats"],
  ["/metrics", "metrics"],
  ["/logs", "log"],
  ["/checkpoint", "checkpoint"],
  ["/statusz", "statusz"],
  ["/flagz", "configz"],
];

const verbs: Readonly<Record<string, Attributes["verb"]>> = {
  POST: "create",
  GET: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** One of them must be allowed; they are asked in this order. They differ in the subresource alone. */
export function requestAttributes(
  user: User,
  { method, path }: RequestFacts,
): readonly [Attributes, ...Attributes[]] {
  const verb = verbs[method] ?? "";
  const [first, ...rest] = subresources(path);
  const attributes = (subresource: string): Attributes => ({ user, verb, subresource });
  return [attributes(first), ...rest.map(attributes)];
}

function subresources(path: string): readonly [string, ...string[]] {
  const own = subresourceOf(path, insteadOfProxy);
  if (own !== undefined) return [own];
  const fine = subresourceOf(path, beforeProxy);
  return fine === undefined ? ["proxy"] : [fine, "proxy"];
}

function subresourceOf(path: string, table: typeof beforeProxy): string | undefined {
  return table.find(([root]) => path === root || path.startsWith(`${root}/`))?.[1];
}
