/** What is stored of an object: every byte of it wears out flash, and pods are shown its content alone. */
import type { KubeObject } from "./resource.ts";

/**
 * The object without what is said about it: labels, annotations (in which `kubectl apply` repeats all of it), who manages which
 * field, its status.
 */
export function storedForm(object: KubeObject & { readonly status?: unknown }): KubeObject {
  const { name, namespace, uid, resourceVersion } = object.metadata ?? {};
  const { status: _status, ...whole } = object;
  return {
    ...whole,
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  };
}
