/** The pods that the API server has bound to this node, as a source of pods; the mirrors of static pods among them go their own way. */
import type { Instant } from "../../core/instant.ts";
import { type KubeObject, pods } from "../../core/kube/resource.ts";
import type { Pod } from "../../core/k8s.ts";
import { decodePod } from "../../core/pod/decode_pod.ts";
import { isMirror } from "../../core/pod/mirror_pod.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Followed, KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { PodSource, SourceProblem, SourceSnapshot } from "../../ports/pod_source.ts";

export interface ApiPodsDeps {
  readonly kube: KubeApi;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly log: Log;
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

/** An object that stays the same is decoded once. */
export function createApiPods(deps: ApiPodsDeps): PodSource {
  const { kube, nodeName, clock, log } = deps;
  let known: ReadonlyMap<string, Known> = new Map();
  let isAvailable: boolean | null = null;

  async function* snapshots(signal: AbortSignal): AsyncIterable<SourceSnapshot> {
    const query = { resource: pods, fieldSelector: `spec.nodeName=${nodeName}` };
    for await (const followed of kube.follow<KubeObject>(query, signal)) yield take(followed);
  }

  function take({ available, items, problem }: Followed<KubeObject>): SourceSnapshot {
    tellOfOutage({ available, problem });
    known = new Map(items.map((object) => [keyOf(object), decode(object)]));
    const all = [...known.values()].flatMap(({ pod }) => pod ?? []);
    if (available) deps.onMirrors(all.filter(isMirror));
    return {
      available,
      pods: all.filter((pod) => !isMirror(pod)),
      problems: problemsOf(known),
    };
  }

  /** A pod of which a version cannot be read goes on as the one before it. */
  function decode(object: KubeObject): Known {
    const before = known.get(keyOf(object));
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

  return { name: "api", snapshots };
}

/** The UID; what has none is known by its name. */
function keyOf(object: KubeObject): string {
  return object.metadata?.uid ?? nameOf(object);
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

function problemsOf(known: ReadonlyMap<string, Known>): readonly SourceProblem[] {
  return [...known.values()].filter(({ problem }) => problem !== "").map(({ object, problem }) => ({
    path: nameOf(object),
    line: 0,
    column: 0,
    message: problem,
  }));
}
