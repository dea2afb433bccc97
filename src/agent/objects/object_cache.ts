/** Objects of one kind that are each followed by name, and stored, for as long as somebody wants them. */
import { minute, second } from "../../core/instant.ts";
import type { KubeObject, Resource } from "../../core/kube/resource.ts";
import type { Lookup } from "../../core/pod/lookup.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Followed, KubeApi, KubeList } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import { createTurns } from "../../ports/turns.ts";
import { type Belief, isSameVersion, objectId, type StoredObjects } from "./stored_objects.ts";

/** An object by its names, with those who want it. */
export interface WantedObject {
  readonly namespace: string;
  readonly name: string;
  /** The UIDs of the pods that refer to it. */
  readonly pods: ReadonlySet<string>;
  /** It is shown all the time, and so must be followed all the time. */
  readonly shown: boolean;
}

export interface ObjectCache<T> {
  /**
   * Takes over what is wanted, by `objectId`: follows what is new and forgets what nobody wants any more. `isCertain`: all who
   * may want something are known, so that the store need not keep anything else.
   */
  update(
    wanted: ReadonlyMap<string, WantedObject>,
    options: { readonly isCertain: boolean },
  ): void;
  /** The belief has changed. */
  reconsider(): void;
  /**
   * What is known of some objects, by `objectId`; while the API server is away that is what it said last, to this agent or to an
   * earlier one. Who waits does so for a second at most, and not for what is stored while the server has not answered at all;
   * who does not wait is told when they are known.
   */
  lookUp(
    ids: readonly string[],
    options: { readonly wait: boolean },
  ): Promise<ReadonlyMap<string, Lookup<T>>>;
  /** Ends all that is being followed. */
  close(): Promise<void>;
}

/** An object that may say that it never changes. */
export interface CachedObject extends KubeObject {
  readonly immutable?: boolean;
}

export interface ObjectCacheDeps {
  readonly kube: KubeApi;
  readonly resource: Resource;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each pod that wants an object which is not any more what somebody was told last. */
  readonly changed: (podUid: string) => void;
  readonly belief: () => Belief;
}

/** How long a reader waits for a first answer, as in the kubelet. */
const firstAnswerMs = second;
/** What is only read when containers start is followed for so long after that: the kubelet's five sync periods. */
const idleMs = 5 * minute;

/** After a start of the agent all objects of all pods are asked for; so many at a time. */
const atATime = 10;
/** As the kubelet's: what hardly ever changes is watched for half an hour at least. */
const watchSeconds = 1_800;

type Known<T> = Exclude<Lookup<T>, { kind: "Unknown" }>;

/** One object while it is wanted. */
interface Entry<T> {
  wanted: WantedObject;
  /** Null where there was no answer yet, to this agent or to an earlier one. */
  known: Known<T> | null;
  /** It is of the node's own cluster. */
  isTrusted: boolean;
  /** It is what the server has said to this agent, and is trusted. */
  isConfirmed: boolean;
  /** What a reader was told last; undefined before anybody asked. */
  told: Known<T> | null | undefined;
  /** Null while it is not followed. */
  following: Following<T> | null;
  idle: Timer | null;
}

interface Following<T> {
  readonly stop: AbortController;
  readonly answered: PromiseWithResolvers<void>;
  /** Nobody need wait for an answer any more: there was one, or it is said that there is none to be had. */
  isAnswered: boolean;
  /** The last answer, where it is not believed. */
  doubtful: readonly T[] | null;
}

export function createObjectCache<T extends CachedObject>(
  deps: ObjectCacheDeps & { readonly stored: StoredObjects<T> },
): ObjectCache<T> {
  const { clock, log, stored } = deps;
  const entries = new Map<string, Entry<T>>();
  const running = new Set<Promise<void>>();
  const turns = createTurns(atATime);
  /** The server has answered to this agent. */
  let hasAnswered = false;

  function update(
    wanted: ReadonlyMap<string, WantedObject>,
    { isCertain }: { readonly isCertain: boolean },
  ): void {
    for (const [id, entry] of entries) {
      if (!wanted.has(id)) drop(id, entry);
    }
    for (const [id, one] of wanted) {
      const entry = entries.get(id) ?? newEntry(id, one);
      entry.wanted = one;
      if (!entries.has(id) || one.shown) use(entry);
      entries.set(id, entry);
    }
    if (isCertain) stored.retain((id) => wanted.has(id));
  }

  function newEntry(id: string, wanted: WantedObject): Entry<T> {
    const known = earlier(id);
    const isTrusted = known !== null;
    const nothingYet = { isConfirmed: false, told: undefined, following: null, idle: null };
    return { wanted, known, isTrusted, ...nothingYet };
  }

  function earlier(id: string): Known<T> | null {
    const object = stored.get(id);
    if (object !== undefined) return { kind: "Found", object };
    return stored.isAbsent(id) ? { kind: "Missing" } : null;
  }

  function drop(id: string, entry: Entry<T>): void {
    entries.delete(id);
    entry.idle?.cancel();
    stop(entry);
  }

  /** Follows an object that is about to be read; what nobody is shown is let go some time after the last reader. */
  function use(entry: Entry<T>): void {
    if (isSettled(entry)) return;
    entry.idle?.cancel();
    entry.idle = entry.wanted.shown ? null : clock.after(idleMs, () => stop(entry));
    if (entry.following === null) start(entry);
  }

  function start(entry: Entry<T>): void {
    const following: Following<T> = {
      stop: new AbortController(),
      answered: Promise.withResolvers<void>(),
      isAnswered: false,
      doubtful: null,
    };
    entry.following = following;
    const run = follow(entry, following).finally(() => running.delete(run));
    running.add(run);
  }

  function stop(entry: Entry<T>): void {
    entry.following?.stop.abort();
    entry.following = null;
  }

  async function follow(entry: Entry<T>, following: Following<T>): Promise<void> {
    const { signal } = following.stop;
    const { namespace, name } = entry.wanted;
    const fieldSelector = `metadata.name=${name}`;
    const before = trustedObject(entry);
    const query = {
      resource: deps.resource,
      namespace,
      fieldSelector,
      watchSeconds,
      ...(before !== undefined && { known: listOf(before) }),
    };
    let endTurn: (() => void) | null = null;
    try {
      endTurn = await turns.take(signal);
      for await (const answer of deps.kube.follow<T>(query, signal)) {
        endTurn?.();
        endTurn = null;
        if (signal.aborted) return;
        take(entry, following, answer);
      }
    } catch (err) {
      if (signal.aborted) return;
      log.error("Following an object failed", { kind: deps.resource.kind, namespace, name, err });
    } finally {
      endTurn?.();
    }
  }

  function take(
    entry: Entry<T>,
    following: Following<T>,
    { available, items }: Pick<Followed<T>, "available" | "items">,
  ): void {
    if (!available) return void (entry.known !== null && endWait(following));
    hasAnswered = true;
    const belief = deps.belief();
    const isBelieved = belief === "Everything" || (belief === "Presence" && items.length > 0);
    following.doubtful = isBelieved ? null : items;
    if (isBelieved || !entry.isTrusted) learn(entry, { object: items[0], isBelieved });
    endWait(following);
    if (isSettled(entry)) stop(entry);
    if (entry.told === undefined || entry.told === entry.known) return;
    entry.told = entry.known;
    for (const uid of entry.wanted.pods) deps.changed(uid);
  }

  /**
   * What the server has deleted is deleted, though a pod still refers to it. A server of another cluster is asked for what its own
   * pods need; it takes nothing from those of the node's own.
   */
  function learn(
    entry: Entry<T>,
    { object, isBelieved }: { readonly object: T | undefined; readonly isBelieved: boolean },
  ): void {
    const known: Known<T> = object === undefined ? { kind: "Missing" } : { kind: "Found", object };
    if (!isSame(entry.known, known)) entry.known = known;
    if (!isBelieved) return;
    entry.isTrusted = true;
    entry.isConfirmed = true;
    if (known.kind === "Found") stored.save(known.object);
    else stored.lack(objectId(entry.wanted));
  }

  function endWait(following: Following<T>): void {
    following.isAnswered = true;
    following.answered.resolve();
  }

  function reconsider(): void {
    for (const entry of entries.values()) {
      const { following } = entry;
      if (following === null || following.doubtful === null) continue;
      take(entry, following, { available: true, items: following.doubtful });
    }
  }

  async function lookUp(
    ids: readonly string[],
    { wait }: { readonly wait: boolean },
  ): Promise<ReadonlyMap<string, Lookup<T>>> {
    const asked = new Map(ids.flatMap((id) => {
      const entry = entries.get(id);
      return entry === undefined ? [] : [[id, entry] as const];
    }));
    for (const entry of asked.values()) use(entry);
    if (wait) await firstAnswers([...asked.values()]);
    return new Map(ids.map((id) => [id, tell(asked.get(id))]));
  }

  async function firstAnswers(asked: readonly Entry<T>[]): Promise<void> {
    const open = asked.flatMap(({ following, known }) => {
      const isEnough = known !== null && !hasAnswered;
      return following === null || following.isAnswered || isEnough
        ? []
        : [following.answered.promise];
    });
    if (open.length === 0) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = clock.after(firstAnswerMs, resolve);
    await Promise.race([Promise.all(open), late]);
    timer.cancel();
  }

  function tell(entry: Entry<T> | undefined): Lookup<T> {
    if (entry !== undefined) entry.told = entry.known;
    return entry?.known ?? { kind: "Unknown", problem: notSynced(deps.resource) };
  }

  async function close(): Promise<void> {
    for (const [id, entry] of entries) drop(id, entry);
    await Promise.all(running);
  }

  return { update, reconsider, lookUp, close };
}

/** What the server has said of the node's own cluster: one whose data are older than that takes nothing away. */
function trustedObject<T>({ known, isTrusted }: Entry<T>): T | undefined {
  return isTrusted && known?.kind === "Found" ? known.object : undefined;
}

function listOf<T extends KubeObject>(object: T): KubeList<T> {
  return { items: [object], resourceVersion: object.metadata?.resourceVersion ?? "" };
}

/** The kubelet's words for an API server that does not answer. */
function notSynced({ kind }: Resource): string {
  return `failed to sync ${kind.toLowerCase()} cache: timed out waiting for the condition`;
}

function isSame(one: Known<KubeObject> | null, other: Known<KubeObject>): boolean {
  if (one?.kind !== "Found" || other.kind !== "Found") return one?.kind === other.kind;
  return isSameVersion(one.object, other.object);
}

/** What an earlier agent knew may have been made anew since. */
function isSettled({ known, isConfirmed }: Entry<CachedObject>): boolean {
  return isConfirmed && known?.kind === "Found" && known.object.immutable === true;
}
