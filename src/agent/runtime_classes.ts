/** Which of the runtime's handlers runs a pod: looked up in the cluster's runtime classes, and remembered with the pod. */
import type { V1RuntimeClass } from "@kubernetes/client-node";
import type { Pod, Wire } from "../core/k8s.ts";
import { type KubeObject, runtimeClasses } from "../core/kube/resource.ts";
import { messageOf, NotFound } from "../ports/errors.ts";
import type { KubeApi } from "../ports/kube_api.ts";

type RuntimeClass = KubeObject & Pick<Wire<V1RuntimeClass>, "handler">;

export interface RuntimeClasses {
  /**
   * The handler's name; "" for the runtime's default one. A class never changes its handler, so one that is remembered needs
   * no API server. Throws what the kubelet says where the class cannot be found.
   */
  handlerOf(pod: Pod, remembered: string | undefined): Promise<string>;
}

/** Without a cluster there are no classes. */
export function createRuntimeClasses(
  { kube }: { readonly kube: KubeApi | null },
): RuntimeClasses {
  async function ask(name: string): Promise<string> {
    if (kube === null) throw new Error(notFound(name));
    try {
      return (await kube.get<RuntimeClass>({ resource: runtimeClasses, name })).handler;
    } catch (err) {
      if (err instanceof NotFound) throw new Error(notFound(name), { cause: err });
      const message = `failed to lookup RuntimeClass ${name}: ${messageOf(err)}`;
      throw new Error(message, { cause: err });
    }
  }

  return {
    async handlerOf({ spec: { runtimeClassName = "" } }, remembered) {
      if (runtimeClassName === "") return "";
      return remembered ?? await ask(runtimeClassName);
    },
  };
}

function notFound(name: string): string {
  return `runtimeclass.node.k8s.io "${name}" not found`;
}
