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

const absenceMark = "skerry.dev/absent";

/** What is stored in place of an object that the API server has said not to have: what is optional is done without, and not waited for. */
export function absence(
  { namespace, name }: { readonly namespace: string; readonly name: string },
): KubeObject {
  const form = { metadata: { namespace, name }, [absenceMark]: true };
  return form;
}

/** Whether what was stored says that there is no such object. */
export function isAbsence(object: KubeObject): boolean {
  return absenceMark in object;
}
