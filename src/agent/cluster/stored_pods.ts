/** The pods of the API server as they lie in the store, so that the agent has them at boot without a server. */
import { type Instant, minute, rfc3339, second } from "../../core/instant.ts";
import { nameOf, uidOf } from "../../core/kube/kept_pods.ts";
import { type KubeObject, pods } from "../../core/kube/resource.ts";
import { isPlainMap, type PlainMap } from "../../core/plain_map.ts";
import { isSameJson } from "../../core/same_json.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Store } from "../../ports/store.ts";

export interface StoredPods {
  /** Reads what an earlier agent left. A store that cannot be read costs the pods that lie in it, and is told of. */
  load(): Promise<EarlierApiPods>;
  /** Takes over which pods there are. What is no more of them stays marked as deleted until it has left the node. */
  update(shown: readonly KubeObject[], resourceVersion: string): void;
  /** Some pod has left the node. */
  left(): void;
  /** The store was damaged and has begun anew: what there is is written again. */
  begunAnew(): void;
  /** Waits for the writes under way, and tries no more. */
  close(): Promise<void>;
}

export interface EarlierApiPods {
  readonly items: readonly KubeObject[];
  /** Those that were deleted, and that had not left the node yet. */
  readonly deleted: readonly KubeObject[];
  /** The newest version that was stored. */
  readonly resourceVersion: string;
}

export interface StoredPodsDeps {
  readonly store: Pick<Store, "objects" | "facts">;
  readonly clock: Clock;
  readonly log: Log;
  readonly isOnNode: (uid: string) => boolean;
}

/** How often a store that could not write is tried again. */
const retryMs = 30 * second;

/** Statuses change all the time: so long are they gathered before they are written. */
const statusMs = minute;

/** What tells a pod that the server has deleted while the agent ends it. */
const deletionMark = "skerry.dev/deleted";

export function createStoredPods(deps: StoredPodsDeps): StoredPods {
  const { store: { objects, facts }, clock, log, isOnNode } = deps;
  /** By name, as the store has them. */
  const written = new Map<string, KubeObject>();
  let wanted: ReadonlyMap<string, KubeObject> = new Map();
  let version = "";
  let writing: Promise<void> | null = null;
  let isChanged = false;
  let areStatusesDue = false;
  let statuses: Timer | null = null;
  let isTold = false;
  let retry: Timer | null = null;

  async function load(): Promise<EarlierApiPods> {
    try {
      const [all, known] = await Promise.all([objects.load(pods), facts.load()]);
      for (const object of all) written.set(nameOf(object), object);
      wanted = new Map(written);
      version = known.get("PodsVersion") ?? "";
      const deleted = all.filter(isMarkedDeleted);
      const items = all.filter((object) => !isMarkedDeleted(object));
      return { items, deleted, resourceVersion: version };
    } catch (err) {
      log.error("Could not read the stored pods, they start when the API server answers", { err });
      return { items: [], deleted: [], resourceVersion: "" };
    }
  }

  function update(shown: readonly KubeObject[], resourceVersion: string): void {
    version = resourceVersion;
    const next = new Map(shown.map((object) => [nameOf(object), object]));
    for (const [name, object] of wanted) {
      if (!next.has(name) && isOnNode(uidOf(object))) {
        next.set(name, marked(object, clock.now()));
      }
    }
    wanted = next;
    write();
    const isBehind = [...wanted].some(([name, object]) => isNewer(written.get(name), object));
    if (isBehind) statuses ??= clock.after(statusMs, writeStatuses);
  }

  function writeStatuses(): void {
    statuses?.cancel();
    statuses = null;
    areStatusesDue = true;
    write();
  }

  function left(): void {
    const gone = [...wanted].filter(([, object]) =>
      isMarkedDeleted(object) && !isOnNode(uidOf(object))
    );
    if (gone.length === 0) return;
    wanted = new Map([...wanted].filter(([name]) => !gone.some(([each]) => each === name)));
    write();
  }

  function write(): void {
    isChanged = true;
    writing ??= writeAll().finally(() => {
      writing = null;
      if (isChanged) write();
    });
  }

  async function writeAll(): Promise<void> {
    while (isChanged) {
      isChanged = false;
      retry?.cancel();
      const outcomes = await Promise.all(changes().map(attempt));
      if (!outcomes.every(Boolean)) retry = clock.after(retryMs, write);
      else if (outcomes.length > 0) isTold = false;
    }
  }

  /** The version is only told of with what it is the version of: it would be written with every heartbeat otherwise. */
  function changes(): readonly (() => Promise<void>)[] {
    const isDue = areStatusesDue ? isNewer : isNews;
    areStatusesDue = false;
    const saves = [...wanted].filter(([name, object]) => isDue(written.get(name), object)).map(
      ([name, object]) => async () => {
        await objects.save(pods, withoutRest(object));
        written.set(name, object);
      },
    );
    const removals = [...written.keys()].filter((key) => !wanted.has(key)).map(
      (key) => async () => {
        const [namespace = "", name = ""] = key.split("/");
        await objects.remove({ resource: pods, namespace, name });
        written.delete(key);
      },
    );
    const all = [...saves, ...removals];
    const now = version;
    return all.length === 0 ? [] : [...all, () => facts.save("PodsVersion", now)];
  }

  async function attempt(change: () => Promise<void>): Promise<boolean> {
    try {
      await change();
      return true;
    } catch (err) {
      log[isTold ? "debug" : "warn"]("Could not store the pods, they run all the same", { err });
      isTold = true;
      return false;
    }
  }

  return {
    load,
    update,
    left,
    begunAnew() {
      written.clear();
      write();
    },
    async close() {
      writeStatuses();
      await writing;
      retry?.cancel();
    },
  };
}

/** Whether a pod has changed that must not wait: its status only where it tells another phase. */
function isNews(before: KubeObject | undefined, now: KubeObject): boolean {
  return before === undefined || (before !== now && !isSameJson(lasting(before), lasting(now)));
}

function isNewer(before: KubeObject | undefined, now: KubeObject): boolean {
  return before !== now && before?.metadata?.resourceVersion !== now.metadata?.resourceVersion;
}

function lasting(object: KubeObject): unknown {
  const { status, metadata, ...rest } = fieldsOf(object);
  const { resourceVersion: _version, managedFields: _managed, ...own } = mapOf(metadata);
  return { ...rest, metadata: own, phase: mapOf(status)["phase"] };
}

/** Who manages which field is nothing to a node. */
function withoutRest(object: KubeObject): KubeObject {
  const { managedFields: _managed, ...metadata } = mapOf(object.metadata);
  return { ...object, metadata };
}

/** To be ended by the next agent as well. The store takes an object of another version only: one that is marked has none. */
function marked(object: KubeObject, now: Instant): KubeObject {
  if (isMarkedDeleted(object)) return object;
  const { resourceVersion: _version, ...metadata } = mapOf(object.metadata);
  const whole: PlainMap = {
    deletionTimestamp: rfc3339(now),
    ...metadata,
    annotations: { ...mapOf(metadata["annotations"]), [deletionMark]: "true" },
  };
  return { ...object, metadata: whole };
}

/** A pod in the store that the server has deleted, and that had not left the node when it was stored. */
export function isMarkedDeleted(object: KubeObject): boolean {
  return mapOf(mapOf(object.metadata)["annotations"])[deletionMark] !== undefined;
}

function fieldsOf(object: KubeObject): PlainMap {
  return { ...object };
}

function mapOf(value: unknown): PlainMap {
  return isPlainMap(value) ? value : {};
}
