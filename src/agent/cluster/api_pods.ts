/**
 * The pods that the API server has bound to this node, as a source of pods: those of the store at once, then what the server says.
 * The mirrors of static pods among them go their own way.
 */
import type { Instant } from "../../core/instant.ts";
import type { KubeObject } from "../../core/kube/resource.ts";
import { nameOf, uidOf } from "../../core/kube/kept_pods.ts";
import type { Pod } from "../../core/k8s.ts";
import { decodePod } from "../../core/pod/decode_pod.ts";
import { isMirror } from "../../core/pod/mirror_pod.ts";
import { aborted } from "../../ports/aborted.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Followed, KubeApi, ListQuery } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { PodSource, SourceProblem, SourceSnapshot } from "../../ports/pod_source.ts";
import type { PodKeeper } from "./pod_keeper.ts";

export interface ApiPodsDeps {
  readonly kube: KubeApi;
  readonly query: ListQuery;
  readonly clock: Clock;
  readonly log: Log;
  readonly keeper: PodKeeper;
  /** Resolves when the Node is known: whether a pod that is new here fits the node shows then. */
  readonly nodeAnswered: Promise<void>;
  /** Told the mirrors of static pods each time that something has changed. */
  readonly onMirrors: (mirrors: readonly Pod[]) => void;
  /** The server can be asked, for the first time or again. */
  readonly onAnswer: () => void;
}

/** An object with what became of it. */
interface Known {
  readonly object: KubeObject;
  readonly seenAt: Instant;
  /** Null as long as it never was one. */
  readonly pod: Pod | null;
  /** Why its newest version is no pod; "" where it is one. */
  readonly problem: string;
}

export interface ApiPods extends PodSource {
  /** Believes the deletions that are held; gives false where none are. */
  confirmDeletions(): Promise<boolean>;
  /** Whether the server has told of its pods yet. */
  hasAnswered(): boolean;
}

/** An object that stays the same is decoded once. */
export function createApiPods(deps: ApiPodsDeps): ApiPods {
  const { kube, clock, log, keeper } = deps;
  let known: ReadonlyMap<string, Known> = new Map();
  let mirrors: readonly KubeObject[] = [];
  let isAvailable: boolean | null = null;
  let hasAnswered = false;
  let confirmed = Promise.withResolvers<void>();

  async function* snapshots(signal: AbortSignal): AsyncIterable<SourceSnapshot> {
    const { items, deleted } = await keeper.restore();
    // What an earlier agent was ending is shown once: its end does not wait for a server that does not show it any more.
    if (deleted.length > 0) yield show([...items, ...deleted], { available: false });
    yield show(items, { available: false });
    await Promise.race([deps.nodeAnswered, aborted(signal)]);
    const query = { ...deps.query, known: keeper.known() };
    const answers = kube.follow<KubeObject>(query, signal)[Symbol.asyncIterator]();
    let next = answers.next();
    while (!signal.aborted) {
      const answer = await Promise.race([next, confirmed.promise]);
      if (answer === undefined) {
        confirmed = Promise.withResolvers();
        yield show(keeper.shown(), { available: isAvailable === true });
        continue;
      }
      if (answer.done) return;
      yield await take(answer.value, signal);
      next = answers.next();
    }
  }

  async function take(
    answer: Followed<KubeObject>,
    signal: AbortSignal,
  ): Promise<SourceSnapshot> {
    const { available } = answer;
    tellOfOutage(answer);
    if (available) mirrors = answer.items.filter(isMirror);
    await keeper.take(withoutMirrors(answer), signal);
    if (available && !hasAnswered) confirmKnown();
    const snapshot = show(keeper.shown(), { available });
    if (available) deps.onMirrors(mirrors.flatMap((each) => known.get(uidOf(each))?.pod ?? []));
    return snapshot;
  }

  /** Each pod is given anew: whoever was shown one that was remembered hears that the server shows it as well. */
  function confirmKnown(): void {
    hasAnswered = true;
    known = new Map([...known].map(([uid, each]) => [uid, { ...each, object: {} }]));
  }

  function show(
    objects: readonly KubeObject[],
    { available }: { readonly available: boolean },
  ): SourceSnapshot {
    known = new Map([...mirrors, ...objects].map((object) => [uidOf(object), decode(object)]));
    return {
      available,
      pods: objects.flatMap((object) => known.get(uidOf(object))?.pod ?? []),
      problems: problemsOf(known),
    };
  }

  /** A pod of which a version cannot be read goes on as the one before it. */
  function decode(object: KubeObject): Known {
    const before = known.get(uidOf(object));
    if (before?.object === object) return before;
    const seenAt = before?.seenAt ?? clock.now();
    const decoded = decodePod(object, seenAt);
    if (decoded.ok) return { object, seenAt, pod: decoded.value, problem: "" };
    log.error("Object of the API server is no pod", { pod: nameOf(object), err: decoded.error });
    return { object, seenAt, pod: before?.pod ?? null, problem: decoded.error };
  }

  /** Once for each time that the server goes or comes. */
  function tellOfOutage(
    { available, problem }: Pick<Followed<KubeObject>, "available" | "problem">,
  ) {
    if (available === isAvailable) return;
    const isBack = available && isAvailable === false;
    isAvailable = available;
    if (!available) {
      return log.warn("API server cannot be asked, its pods go on as they are", { err: problem });
    }
    if (isBack) log.info("API server answers again");
    deps.onAnswer();
  }

  async function confirmDeletions(): Promise<boolean> {
    const isConfirmed = await keeper.confirm();
    if (isConfirmed) confirmed.resolve();
    return isConfirmed;
  }

  return { name: "api", snapshots, confirmDeletions, hasAnswered: () => hasAnswered };
}

function withoutMirrors(answer: Followed<KubeObject>): Followed<KubeObject> {
  const own = (objects: readonly KubeObject[]) => objects.filter((each) => !isMirror(each));
  const { items, unconfirmed, deleted } = answer;
  return {
    ...answer,
    items: own(items),
    unconfirmed: own(unconfirmed),
    deleted: own(deleted),
  };
}

function problemsOf(known: ReadonlyMap<string, Known>): readonly SourceProblem[] {
  return [...known.values()].filter(({ problem }) => problem !== "").map(({ object, problem }) => ({
    path: nameOf(object),
    line: 0,
    column: 0,
    message: problem,
  }));
}
