/** Several objects as kubectl prints them with `-o json` and `-o yaml`. */

/** A v1 List. */
export function kubernetesList(items: readonly unknown[]): unknown {
  return { apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } };
}
