/** Objects of one kind that are each followed by name, for as long as somebody wants them. */
import { minute, second } from "../../core/instant.ts";
import type { KubeObject, Resource } from "../../core/kube/resource.ts";
import type { Lookup } from "../../core/pod/lookup.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Followed, KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import { createTurns } from "../turns.ts";

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
  /** Takes over what is wanted, by `objectId`: follows what is new and forgets what nobody wants any more. */
  update(wanted: ReadonlyMap<string, WantedObject>): void;
  /**
   * What is known of some objects, by `objectId`; while the API server is away that is what it said last. Who waits does so for
   * a second at most, for those of which nothing is known; who does not is told when they are.
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
}

/** How a cache tells one object from another. */
export function objectId(
  { namespace, name }: { readonly namespace: string; readonly name: string },
): string {
  return `${namespace}/${name}`;
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
  /** Null before the first answer. */
  known: Known<T> | null;
  /** What a reader was told last; undefined before anybody asked. */
  told: Known<T> | null | undefined;
  /** Null while it is not followed. */
  following: Following | null;
  idle: Timer | null;
}

interface Following {
  readonly stop: AbortController;
  readonly answered: PromiseWithResolvers<void>;
  isAnswered: boolean;
}

export function createObjectCache<T extends CachedObject>(deps: ObjectCacheDeps): ObjectCache<T> {
  const { clock, log } = deps;
  const entries = new Map<string, Entry<T>>();
  const running = new Set<Promise<void>>();
  const turns = createTurns(atATime);

  function update(wanted: ReadonlyMap<string, WantedObject>): void {
    for (const [id, entry] of entries) {
      if (!wanted.has(id)) drop(id, entry);
    }
    for (const [id, one] of wanted) {
      const entry = entries.get(id) ??
        { wanted: one, known: null, told: undefined, following: null, idle: null };
      entry.wanted = one;
      if (!entries.has(id) || one.shown) use(entry);
      entries.set(id, entry);
    }
  }

  function drop(id: string, entry: Entry<T>): void {
    entries.delete(id);
    entry.idle?.cancel();
    stop(entry);
  }

  /** Follows an object that is about to be read; what nobody is shown is let go some time after the last reader. */
  function use(entry: Entry<T>): void {
    if (isImmutable(entry)) return;
    entry.idle?.cancel();
    entry.idle = entry.wanted.shown ? null : clock.after(idleMs, () => stop(entry));
    if (entry.following === null) start(entry);
  }

  function start(entry: Entry<T>): void {
    const following = {
      stop: new AbortController(),
      answered: Promise.withResolvers<void>(),
      isAnswered: false,
    };
    entry.following = following;
    const run = follow(entry, following).finally(() => running.delete(run));
    running.add(run);
  }

  function stop(entry: Entry<T>): void {
    entry.following?.stop.abort();
    entry.following = null;
  }

  async function follow(entry: Entry<T>, following: Following): Promise<void> {
    const { signal } = following.stop;
    const { namespace, name } = entry.wanted;
    const fieldSelector = `metadata.name=${name}`;
    const query = { resource: deps.resource, namespace, fieldSelector, watchSeconds };
    let endTurn: (() => void) | null = null;
    try {
      endTurn = await turns.take(signal);
      for await (const answer of deps.kube.follow<T>(query, signal)) {
        endTurn?.();
        endTurn = null;
        if (signal.aborted) return;
        if (answer.available) take(entry, following, answer);
      }
    } catch (err) {
      if (signal.aborted) return;
      log.error("Following an object failed", { kind: deps.resource.kind, namespace, name, err });
    } finally {
      endTurn?.();
    }
  }

  function take(entry: Entry<T>, following: Following, { items: [object] }: Followed<T>): void {
    const known: Known<T> = object === undefined ? { kind: "Missing" } : { kind: "Found", object };
    if (!isSame(entry.known, known)) entry.known = known;
    following.isAnswered = true;
    following.answered.resolve();
    if (isImmutable(entry)) stop(entry);
    if (entry.told === undefined || entry.told === entry.known) return;
    entry.told = entry.known;
    for (const uid of entry.wanted.pods) deps.changed(uid);
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
    const open = asked.flatMap(({ following }) =>
      following === null || following.isAnswered ? [] : [following.answered.promise]
    );
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

  return { update, lookUp, close };
}

/** The kubelet's words for an API server that does not answer. */
function notSynced({ kind }: Resource): string {
  return `failed to sync ${kind.toLowerCase()} cache: timed out waiting for the condition`;
}

function isSame(one: Known<KubeObject> | null, other: Known<KubeObject>): boolean {
  if (one?.kind !== "Found" || other.kind !== "Found") return one?.kind === other.kind;
  const [a, b] = [one.object.metadata, other.object.metadata];
  return a?.uid === b?.uid && a?.resourceVersion === b?.resourceVersion;
}

function isImmutable({ known }: Entry<CachedObject>): boolean {
  return known?.kind === "Found" && known.object.immutable === true;
}
