/** What an earlier agent left on the node: the pods that it made, and what it remembered of pods. */
import { podKey } from "../core/k8s.ts";
import type { PodMemory } from "../core/pod/memory.ts";
import type { Log } from "../ports/log.ts";
import type { MemoryStore } from "../ports/memory_store.ts";
import type { Desired } from "./desired.ts";
import type { EventSubject } from "./events/pod_events.ts";

export interface EarlierPods {
  /** Whether an earlier agent made the pod, and it has not gone since. */
  isMade(uid: string): boolean;
  /** What is remembered of the pod; given once, for a static pod of the same UID that comes later starts with nothing. */
  takeMemory(uid: string): PodMemory | undefined;
  /** Remembers a pod of the API server that has left the node. */
  remember(uid: string, memory: PodMemory): void;
  /** The leftovers that are to be ended now, each given once. */
  unwanted(desired: Desired): readonly EventSubject[];
  /** The pod is gone. */
  forget(uid: string): void;
}

export interface EarlierPodsDeps {
  /** What the store remembered when the agent started. */
  readonly memories: ReadonlyMap<string, PodMemory>;
  /** The pods that an earlier agent left on the node. */
  readonly leftovers: readonly EventSubject[];
  readonly store: MemoryStore;
  readonly log: Log;
}

/** Of so many pods that are gone it is known that they are: an API server that was restored may show them again. */
const keptGone = 500;

function isGone([, { goneAt }]: readonly [string, PodMemory]): boolean {
  return goneAt !== undefined;
}

export function createEarlierPods(deps: EarlierPodsDeps): EarlierPods {
  const memories = new Map(deps.memories);
  const made = new Set(deps.leftovers.map(({ uid }) => uid));
  let leftovers = deps.leftovers;
  let isTold = false;

  function takeMemory(uid: string): PodMemory | undefined {
    const memory = memories.get(uid);
    memories.delete(uid);
    return memory;
  }

  function remember(uid: string, memory: PodMemory): void {
    memories.set(uid, memory);
    const gone = [...memories].filter(isGone);
    for (const [old] of gone.slice(0, gone.length - keptGone)) forgetMemory(old);
  }

  /**
   * Leftovers that are wanted are adopted. The others are ended as soon as it is certain that nobody wants them: when
   * every source could be read, or when a pod of the same name takes their place.
   */
  function unwanted({ pods, complete }: Desired): readonly EventSubject[] {
    const names = new Set([...pods.values()].map(podKey));
    const candidates = leftovers.filter(({ uid }) => made.has(uid) && !pods.has(uid));
    const ended = candidates.filter((each) => complete || names.has(podKey({ metadata: each })));
    leftovers = leftovers.filter((each) => !ended.includes(each));
    if (complete) forgetStrangers(pods);
    else tellOfUnseen(candidates.filter((each) => !ended.includes(each)));
    return ended;
  }

  /** Nobody but the runtime shows these pods, and nobody restarts them. */
  function tellOfUnseen(unseen: readonly EventSubject[]): void {
    if (isTold || unseen.length === 0) return;
    isTold = true;
    deps.log.warn("Pods of an earlier agent run on unseen until every manifest can be read", {
      pods: unseen.map((metadata) => podKey({ metadata })),
    });
  }

  /** Drops what is remembered of pods that are gone: an agent that was killed could not. */
  function forgetStrangers(wanted: Desired["pods"]): void {
    const known = [...memories].filter((entry) => !isGone(entry)).map(([uid]) => uid);
    known.filter((uid) => !wanted.has(uid) && !made.has(uid)).forEach(forgetMemory);
  }

  function forgetMemory(uid: string): void {
    memories.delete(uid);
    deps.store.remove(uid).catch((err: unknown) =>
      deps.log.debug("Could not forget a pod that is gone", { uid, err })
    );
  }

  return {
    isMade: (uid) => made.has(uid),
    takeMemory,
    remember,
    unwanted,
    forget: (uid) => void made.delete(uid),
  };
}
