/** The fake API server's objects: every change has a version, and the last ones can be told again. */
import { child, type JsonObject, text } from "./json.ts";

/** One change of one object. */
export interface Change {
  readonly version: number;
  /** `v1/pods`, see `collectionOf`. */
  readonly collection: string;
  /** Undefined: it came into being. */
  readonly before: JsonObject | undefined;
  /** Undefined: it is gone. */
  readonly after: JsonObject | undefined;
}

/** Everything at one moment. */
export interface Snapshot {
  readonly version: number;
  readonly objects: ReadonlyMap<string, ReadonlyMap<string, JsonObject>>;
}

export interface Place {
  readonly collection: string;
  readonly namespace: string;
  readonly name: string;
}

export function collectionOf(
  { apiVersion, plural }: { readonly apiVersion: string; readonly plural: string },
): string {
  return `${apiVersion}/${plural}`;
}

/** Objects are stored with the version of their last change in their metadata. */
export class Store {
  #version = 1;
  #oldest = 1;
  #objects = new Map<string, Map<string, JsonObject>>();
  #history: Change[] = [];
  readonly #watchers = new Set<(change: Change) => void>();

  get version(): number {
    return this.#version;
  }

  /** Changes up to this version can no longer be told. */
  get oldest(): number {
    return this.#oldest;
  }

  get({ collection, namespace, name }: Place): JsonObject | undefined {
    return this.#objects.get(collection)?.get(`${namespace}/${name}`);
  }

  /** In the order of their names. */
  list(collection: string): readonly JsonObject[] {
    const objects = this.#objects.get(collection) ?? new Map<string, JsonObject>();
    return [...objects.entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, object]) => object);
  }

  put(place: Place, object: JsonObject): JsonObject {
    const before = this.get(place);
    const after = withVersion(object, ++this.#version);
    const objects = this.#objects.get(place.collection) ?? new Map<string, JsonObject>();
    this.#objects.set(place.collection, objects.set(`${place.namespace}/${place.name}`, after));
    this.#tell({ version: this.#version, collection: place.collection, before, after });
    return after;
  }

  remove(place: Place): JsonObject | undefined {
    const object = this.get(place);
    if (object === undefined) return undefined;
    const before = withVersion(object, ++this.#version);
    this.#objects.get(place.collection)?.delete(`${place.namespace}/${place.name}`);
    this.#tell({
      version: this.#version,
      collection: place.collection,
      before,
      after: undefined,
    });
    return before;
  }

  /** Changes after this version, oldest first. */
  changesSince(version: number): readonly Change[] {
    return this.#history.filter((change) => change.version > version);
  }

  watch(watcher: (change: Change) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  forgetHistory(): void {
    this.#history = [];
    // The last version itself can no longer be watched from either, as after etcd's compaction.
    this.#oldest = ++this.#version;
  }

  snapshot(): Snapshot {
    const objects = [...this.#objects].map(([key, map]) => [key, new Map(map)] as const);
    return { version: this.#version, objects: new Map(objects) };
  }

  /** Without a word to those who watch. */
  restore({ version, objects }: Snapshot): void {
    this.#objects = new Map([...objects].map(([key, map]) => [key, new Map(map)] as const));
    this.#version = version;
    this.#oldest = version;
    this.#history = [];
  }

  #tell(change: Change): void {
    this.#history.push(change);
    for (const watcher of [...this.#watchers]) watcher(change);
  }
}

function withVersion(object: JsonObject, version: number): JsonObject {
  const metadata = { ...child(object, "metadata"), resourceVersion: String(version) };
  return { ...object, metadata };
}

/** The number in an object's `metadata.resourceVersion`; 0 where there is none. */
export function versionOf(object: JsonObject): number {
  return Number(text(child(object, "metadata"), "resourceVersion") ?? 0);
}
