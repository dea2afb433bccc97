/** The ConfigMaps and Secrets that this node's pods refer to: these and no others, for the API server lets a node read no more. */
import { configMaps, type Resource, secrets } from "../../core/kube/resource.ts";
import type { ConfigMap, Pod, Secret } from "../../core/k8s.ts";
import type { Lookup, Lookups } from "../../core/pod/lookup.ts";
import { podReferences, type Reference } from "../../core/pod/references.ts";
import {
  type CachedObject,
  createObjectCache,
  type ObjectCache,
  type ObjectCacheDeps,
  type WantedObject,
} from "./object_cache.ts";
import { loadStoredObjects, objectId, type StoredObjectsDeps } from "./stored_objects.ts";

export interface PodObjects {
  /**
   * Takes over which pods there are; what they refer to is followed before anybody asks for it. `isCertain`: there are no
   * others, so that what they do not refer to need not be stored any more.
   */
  update(pods: readonly Pod[], options: { readonly isCertain: boolean }): void;
  /** The belief in the API server's answers has changed. */
  reconsider(): void;
  /** What is known of objects of a namespace that pods refer to; see `ObjectCache.lookUp`. Waits unless told not to. */
  lookUp(
    namespace: string,
    references: readonly Reference[],
    options?: { readonly wait: boolean },
  ): Promise<Lookups>;
  close(): Promise<void>;
}

export type PodObjectsDeps =
  & Omit<ObjectCacheDeps, "resource">
  & Omit<StoredObjectsDeps, "resource">;

/** Each object is followed once, however many pods refer to it. */
export async function createPodObjects(deps: PodObjectsDeps): Promise<PodObjects> {
  const cacheOf = async <T extends CachedObject>(resource: Resource) => {
    const stored = await loadStoredObjects<T>({ ...deps, resource });
    return createObjectCache<T>({ ...deps, resource, stored });
  };
  const caches = {
    ConfigMap: await cacheOf<ConfigMap>(configMaps),
    Secret: await cacheOf<Secret>(secrets),
  };

  async function lookUp(
    namespace: string,
    references: readonly Reference[],
    options = { wait: true },
  ): Promise<Lookups> {
    const ask = <T>(cache: ObjectCache<T>, kind: Reference["kind"]) =>
      cache.lookUp(
        references.filter((each) => each.kind === kind)
          .map(({ name }) => objectId({ namespace, name })),
        options,
      );
    const [known, knownSecrets] = await Promise.all([
      ask(caches.ConfigMap, "ConfigMap"),
      ask(caches.Secret, "Secret"),
    ]);
    return {
      configMap: (name) => known.get(objectId({ namespace, name })) ?? notAsked(name),
      secret: (name) => knownSecrets.get(objectId({ namespace, name })) ?? notAsked(name),
    };
  }

  return {
    update(pods, options) {
      const unfinished = pods.filter(({ status }) => !isFinal(status?.phase));
      caches.ConfigMap.update(wantedBy(unfinished, "ConfigMap"), options);
      caches.Secret.update(wantedBy(unfinished, "Secret"), options);
    },
    reconsider() {
      caches.ConfigMap.reconsider();
      caches.Secret.reconsider();
    },
    lookUp,
    async close() {
      await Promise.all([caches.ConfigMap.close(), caches.Secret.close()]);
    },
  };
}

/** For a node without a cluster, whose pods cannot refer to anything. */
export const noPodObjects: PodObjects = {
  update: () => {},
  reconsider: () => {},
  lookUp: () => Promise.resolve({ configMap: noClient, secret: noClient }),
  close: () => Promise.resolve(),
};

function noClient(name: string): Lookup<never> {
  return { kind: "Unknown", problem: `couldn't get ${name}, no kubeClient defined` };
}

function notAsked(name: string): Lookup<never> {
  return { kind: "Unknown", problem: `object "${name}" not registered` };
}

/** A pod that has finished starts nothing any more, and its volumes are gone. */
function isFinal(phase: string | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

function wantedBy(
  pods: readonly Pod[],
  kind: Reference["kind"],
): ReadonlyMap<string, WantedObject> {
  const wanted = new Map<string, WantedObject>();
  for (const { metadata: { uid, namespace }, spec } of pods) {
    for (const { name, use } of podReferences(spec).filter((each) => each.kind === kind)) {
      const id = objectId({ namespace, name });
      const before = wanted.get(id);
      wanted.set(id, {
        namespace,
        name,
        pods: new Set([...before?.pods ?? [], uid]),
        shown: use === "Volume" || before?.shown === true,
      });
    }
  }
  return wanted;
}
