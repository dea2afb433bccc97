/** What a URL of the Kubernetes API is about. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */

export interface Target {
  /** `v1` or `GROUP/VERSION`. */
  readonly apiVersion: string;
  readonly plural: string;
  /** "" for cluster-wide resources and for all namespaces. */
  readonly namespace: string;
  /** "" for the collection. */
  readonly name: string;
  readonly subresource: string;
}

/** Undefined for what is no resource's URL. */
export function parsePath(path: string): Target | undefined {
  const parts = path.split("/").slice(1).map(decodeURIComponent);
  const [root, group, version] = parts;
  if (root === "api" && group !== undefined) return targetOf(group, parts.slice(2));
  if (root === "apis" && version !== undefined) {
    return targetOf(`${group}/${version}`, parts.slice(3));
  }
  return undefined;
}

function targetOf(apiVersion: string, rest: readonly string[]): Target | undefined {
  const inNamespace = rest[0] === "namespaces" && rest.length > 2 && rest[2] !== "status" &&
    rest[2] !== "finalize";
  const namespace = inNamespace ? rest[1] ?? "" : "";
  const [plural, name = "", ...sub] = inNamespace ? rest.slice(2) : rest;
  if (plural === undefined) return undefined;
  return { apiVersion, plural, namespace, name, subresource: sub.join("/") };
}
