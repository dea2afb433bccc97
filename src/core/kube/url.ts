/** Where in the API an object or a list lies. @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
import type { ObjectRef, Resource } from "./resource.ts";

/** Such as `/api/v1/namespaces/default/pods/web/status`. */
export function objectPath({ resource, namespace, name, subresource }: ObjectRef): string {
  const path = `${collectionPath({ resource, namespace })}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** Such as `/apis/coordination.k8s.io/v1/namespaces/default/leases`; that of all namespaces without one. */
export function collectionPath(
  { resource, namespace }: {
    readonly resource: Resource;
    readonly namespace?: string | undefined;
  },
): string {
  const root = resource.apiVersion.includes("/") ? "/apis" : "/api";
  const within = namespace === undefined || !resource.namespaced
    ? ""
    : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}/${resource.apiVersion}${within}/${resource.plural}`;
}

/** The parameters that have a value, with the question mark; "" where none has. */
export function queryText(
  parameters: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}
