/** Which of the runtime's handlers runs a pod: looked up in the cluster's runtime classes, stored, and remembered with the pod. */
import type { V1RuntimeClass } from "@kubernetes/client-node";
import type { Pod, Wire } from "../../core/k8s.ts";
import { type KubeObject, runtimeClasses } from "../../core/kube/resource.ts";
import { messageOf, NotFound } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import {
  type Belief,
  loadStoredObjects,
  objectId,
  type StoredObjectsDeps,
} from "./stored_objects.ts";

type RuntimeClass = KubeObject & Pick<Wire<V1RuntimeClass>, "handler">;

export interface RuntimeClasses {
  /**
   * The handler's name; "" for the runtime's default one. A class never changes its handler, so one that is remembered with the
   * pod, or stored, needs no API server. Throws what the kubelet says where the class cannot be found.
   */
  handlerOf(pod: Pod, remembered: string | undefined): Promise<string>;
  /** Takes over which pods there are: their classes are stored before they start. `isCertain`: there are no others. */
  update(pods: readonly Pod[], options: { readonly isCertain: boolean }): void;
}

export interface RuntimeClassesDeps extends Omit<StoredObjectsDeps, "resource"> {
  readonly kube: KubeApi;
  readonly belief: () => Belief;
}

/** Without a cluster there are no classes. */
export const noRuntimeClasses: RuntimeClasses = {
  handlerOf({ spec: { runtimeClassName: name = "" } }) {
    return name === "" ? Promise.resolve("") : Promise.reject(new Error(notFound(name)));
  },
  update: () => {},
};

export async function createRuntimeClasses(deps: RuntimeClassesDeps): Promise<RuntimeClasses> {
  const { kube, log, belief } = deps;
  const stored = await loadStoredObjects<RuntimeClass>({ ...deps, resource: runtimeClasses });
  /** The classes of the pods that were there last. */
  let seen: ReadonlySet<string> = new Set();

  async function ask(name: string): Promise<RuntimeClass> {
    try {
      const found = await kube.get<RuntimeClass>({ resource: runtimeClasses, name });
      if (belief() !== "Nothing") stored.save(found);
      return found;
    } catch (err) {
      if (err instanceof NotFound && belief() === "Everything") stored.remove(objectId({ name }));
      throw err;
    }
  }

  async function find(name: string): Promise<RuntimeClass> {
    const known = stored.get(objectId({ name }));
    if (known !== undefined) {
      refresh(name);
      return known;
    }
    try {
      return await ask(name);
    } catch (err) {
      const why = err instanceof NotFound
        ? notFound(name)
        : `failed to lookup RuntimeClass ${name}: ${messageOf(err)}`;
      throw new Error(why, { cause: err });
    }
  }

  /** One that was made anew under the name counts for the next pod. */
  function refresh(name: string): void {
    ask(name).catch((err: unknown) =>
      log.debug("Runtime class could not be asked for", { name, err })
    );
  }

  function isStored(name: string): boolean {
    return stored.get(objectId({ name })) !== undefined;
  }

  return {
    async handlerOf({ spec: { runtimeClassName = "" } }, remembered) {
      if (runtimeClassName === "") return "";
      return remembered ?? (await find(runtimeClassName)).handler;
    },
    update(pods, { isCertain }) {
      const names = new Set(pods.flatMap(({ spec }) => spec.runtimeClassName || []));
      [...names.difference(seen)].filter((name) => !isStored(name)).forEach(refresh);
      seen = names;
      const wanted = new Set([...names].map((name) => objectId({ name })));
      if (isCertain) stored.retain((id) => wanted.has(id));
    },
  };
}

function notFound(name: string): string {
  return `runtimeclass.node.k8s.io "${name}" not found`;
}
