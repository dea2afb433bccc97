/** The API server's objects that pods need when they start, from the server or from the store. */
import type { Pod } from "../../core/k8s.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import { createPodObjects, noPodObjects, type PodObjects } from "./pod_objects.ts";
import { createRuntimeClasses, noRuntimeClasses, type RuntimeClasses } from "./runtime_classes.ts";
import { createServiceLinks, noServiceLinks, type ServiceLinks } from "./service_links.ts";
import type { Belief, StoredObjectsDeps } from "./stored_objects.ts";

export interface ClusterObjects {
  readonly objects: PodObjects;
  readonly services: ServiceLinks;
  readonly runtimeClasses: RuntimeClasses;
  /** Takes over which pods there are. `isCertain`: there are no others, so that what they do not need is not stored any more. */
  update(pods: readonly Pod[], options: { readonly isCertain: boolean }): void;
  /** The belief in the API server's answers has changed. */
  reconsider(): void;
}

export interface ClusterObjectsDeps extends Omit<StoredObjectsDeps, "resource"> {
  /** Null: this node belongs to no cluster. */
  readonly kube: KubeApi | null;
  readonly clock: Clock;
  /** See `ObjectCacheDeps`. */
  readonly changed: (podUid: string) => void;
  readonly belief: () => Belief;
}

/** Reads what an earlier agent left. */
export async function openClusterObjects(
  { kube, ...deps }: ClusterObjectsDeps,
): Promise<ClusterObjects> {
  if (kube === null) return noClusterObjects;
  const [objects, services, runtimeClasses] = await Promise.all([
    createPodObjects({ ...deps, kube }),
    createServiceLinks({ ...deps, kube }),
    createRuntimeClasses({ ...deps, kube }),
  ]);
  return {
    objects,
    services,
    runtimeClasses,
    update(pods, options) {
      for (const each of [objects, services, runtimeClasses]) each.update(pods, options);
    },
    reconsider() {
      objects.reconsider();
      services.reconsider();
    },
  };
}

/** What an earlier agent stored of a cluster stays: the node may belong to it again. */
const noClusterObjects: ClusterObjects = {
  objects: noPodObjects,
  services: noServiceLinks,
  runtimeClasses: noRuntimeClasses,
  update: () => {},
  reconsider: () => {},
};
