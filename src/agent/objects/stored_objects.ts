/** The objects of one kind that lie in the store, so that pods have them while the API server cannot be asked. */
import { absence, isAbsence, storedForm } from "../../core/kube/stored_form.ts";
import type { KubeObject, Resource } from "../../core/kube/resource.ts";
import type { Log } from "../../ports/log.ts";
import type { ObjectStore } from "../../ports/object_store.ts";
import type { LazyWrites } from "../lazy_writes.ts";

/** By `objectId`. Nobody waits for the disk: what could not be written is tried again. */
export interface StoredObjects<T> {
  get(id: string): T | undefined;
  /** Whether the API server has said last that there is none. */
  isAbsent(id: string): boolean;
  /** All of them. */
  list(): readonly T[];
  /** In place of the one of that name; the same version is not written again. */
  save(object: T): void;
  /** The API server has none of that name. */
  lack(id: string): void;
  remove(id: string): void;
  /** Removes all others. */
  retain(isWanted: (id: string) => boolean): void;
}

export interface StoredObjectsDeps {
  readonly resource: Resource;
  readonly store: ObjectStore;
  readonly writes: LazyWrites;
  readonly log: Log;
}

/**
 * What of the API server's answers counts. `Nothing`: it may be of another cluster, whose objects are none of these pods'.
 * `Presence`: it has lost data, so that what it does not show was not deleted.
 */
export type Belief = "Nothing" | "Presence" | "Everything";

/** How one object is told from another. */
export function objectId(
  { namespace = "", name = "" }: { readonly namespace?: string; readonly name?: string },
): string {
  return `${namespace}/${name}`;
}

/** Reads what an earlier agent left. A store that cannot be read costs the objects that lie in it, and is told of. */
export async function loadStoredObjects<T extends KubeObject>(
  { resource, store, writes, log }: StoredObjectsDeps,
): Promise<StoredObjects<T>> {
  /** Null: there is none. */
  const kept = new Map<string, T | null>();
  try {
    for (const object of await store.load<T>(resource)) {
      kept.set(idOf(object), isAbsence(object) ? null : object);
    }
  } catch (err) {
    log.error("Could not read stored objects, going on without", { kind: resource.kind, err });
  }

  function save(object: T): void {
    const id = idOf(object);
    const before = kept.get(id);
    kept.set(id, object);
    if (!before || !isSameVersion(before, object)) put(id, object);
  }

  function lack(id: string): void {
    if (kept.get(id) === null) return;
    kept.set(id, null);
    put(id, null);
  }

  function put(id: string, object: T | null): void {
    const form = object === null ? absence(namesIn(id)) : storedForm(object);
    writes.put(`${resource.plural} ${id}`, () => store.save(resource, form));
  }

  writes.onBegunAnew(() => kept.forEach((object, id) => put(id, object)));

  function remove(id: string): void {
    if (!kept.delete(id)) return;
    const { namespace, name } = namesIn(id);
    writes.put(`${resource.plural} ${id}`, () => store.remove({ resource, namespace, name }));
  }

  return {
    get: (id) => kept.get(id) ?? undefined,
    isAbsent: (id) => kept.get(id) === null,
    list: () => [...kept.values()].filter((object) => object !== null),
    save,
    lack,
    remove,
    retain: (isWanted) => [...kept.keys()].filter((id) => !isWanted(id)).forEach(remove),
  };
}

/** For those who keep nothing. */
export const nothingStored: StoredObjects<never> = {
  get: () => undefined,
  isAbsent: () => false,
  list: () => [],
  save: () => {},
  lack: () => {},
  remove: () => {},
  retain: () => {},
};

/** Whether two are the same object at the same time. */
export function isSameVersion({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  return a?.uid === b?.uid && a?.resourceVersion === b?.resourceVersion;
}

function namesIn(id: string): { readonly namespace: string; readonly name: string } {
  const [namespace = "", name = ""] = id.split("/");
  return { namespace, name };
}

function idOf({ metadata = {} }: KubeObject): string {
  return objectId(metadata);
}
