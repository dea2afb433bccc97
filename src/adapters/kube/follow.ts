/** A list that is followed: list, watch, and again whenever the watch ends or breaks. */
import {
  afterEvents,
  afterList,
  knownEarlier,
  type KnownList,
  nothingKnown,
  type WatchEvent,
} from "../../core/kube/known_list.ts";
import type { KubeObject } from "../../core/kube/resource.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Followed, FollowQuery, KubeList, ListQuery } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { listAll } from "./list_pages.ts";
import type { DataAge } from "./data_age.ts";
import type { Reachability } from "./reachability.ts";
import type { Requests } from "./requests.ts";
import { createRetryPace } from "./retry_pace.ts";
import { Expired, UnreadableWatch, VersionTooLarge } from "./status_errors.ts";
import { TimedOut } from "./time_limit.ts";
import { openWatch } from "./watch.ts";

export interface FollowDeps {
  readonly requests: Requests;
  readonly age: DataAge;
  readonly reachability: Pick<Reachability, "outages" | "onBack">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A watch lives 5 to 10 minutes unless told otherwise, as client-go's, so that the watches of a site do not end together. */
const defaultWatchSeconds = 300;

/** A watch that ends sooner counts as failed: it would be opened again and again without a pause. */
const shortWatchMs = 1_000;

/** See `KubeApi.follow`. @see https://github.com/kubernetes/client-go/blob/master/tools/cache/reflector.go */
export async function* followList<T extends KubeObject>(
  deps: FollowDeps,
  query: FollowQuery<T>,
  signal: AbortSignal,
): AsyncGenerator<Followed<T>, void> {
  const { age, reachability, clock, random, log } = deps;
  const pace = createRetryPace(deps);
  let known = query.known === undefined ? nothingKnown<T>() : knownEarlier(query.known);
  let next: "list" | "watch" = "list";
  let listedAt = age.count;
  let outages = reachability.outages;
  let wentBack = false;
  let told: Pick<Followed<T>, "available" | "problem"> | undefined;
  const tell = (problem: string, events: readonly WatchEvent<T>[] = []): Followed<T> => {
    told = { available: problem === "", problem };
    const answer = { ...told, ...contentOf(known), deleted: deletedIn(events), wentBack };
    wentBack = false;
    return answer;
  };

  while (!signal.aborted) {
    try {
      // A server that was away may be back with older data, and silent until it has come as far as before.
      if (listedAt !== age.count || outages !== reachability.outages) next = "list";
      if (next === "list") {
        wentBack ||= listedAt !== age.count;
        [listedAt, outages] = [age.count, reachability.outages];
        known = afterList(known, await list<T>(deps, { query, version: known.version, signal }));
        warnOfOlderData(known, { query, log });
        yield tell("");
      }
      next = "watch";
      using untilOlder = abortWhenOlder(age, signal);
      using watch = await openWatch<T>(deps.requests, query, {
        resourceVersion: known.version,
        timeoutSeconds: Math.round(
          (query.watchSeconds ?? defaultWatchSeconds) * (1 + random.fraction()),
        ),
        signal: untilOlder.signal,
      });
      if (told?.available !== true) yield tell("");
      const opened = clock.monotonic();
      for (let events = await watch.read(); events !== undefined; events = await watch.read()) {
        const before = known;
        known = afterEvents(known, events);
        if (known.items !== before.items) yield tell("", events);
      }
      if (clock.monotonic() - opened < shortWatchMs) await pace.wait(undefined, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (next === "watch" && needsList(error)) next = "list";
      log.debug("Could not follow", { ...about(query), err: messageOf(error) });
      const problem = messageOf(error);
      if (!(error instanceof Expired) && told?.problem !== problem) yield tell(problem);
      await pace.wait(error, signal).catch(() => {});
    }
  }
}

function contentOf<T>(
  { items, version, unconfirmed }: KnownList<T>,
): Pick<Followed<T>, "items" | "resourceVersion" | "unconfirmed"> {
  return {
    items: [...items.values()],
    resourceVersion: version,
    unconfirmed: [...items].flatMap(([key, item]) => unconfirmed.has(key) ? [item] : []),
  };
}

function deletedIn<T>(events: readonly WatchEvent<T>[]): readonly T[] {
  return events.flatMap(({ type, object }) => type === "DELETED" ? [object] : []);
}

/** Ends a watch whose base is not in the server's data any more; it then throws `Expired`. */
function abortWhenOlder(
  age: DataAge,
  outer: AbortSignal,
): Disposable & { readonly signal: AbortSignal } {
  const abort = new AbortController();
  const onOuterAbort = (): void => abort.abort(outer.reason);
  outer.addEventListener("abort", onOuterAbort);
  if (outer.aborted) onOuterAbort();
  const notice = age.onOlder(() =>
    abort.abort(new Expired("the API server has older data than before"))
  );
  return {
    signal: abort.signal,
    [Symbol.dispose]() {
      notice[Symbol.dispose]();
      outer.removeEventListener("abort", onOuterAbort);
    },
  };
}

/** At least as new as `version`; where the server cannot give that, whatever it has. */
async function list<T extends KubeObject>(
  { requests }: FollowDeps,
  { query, version, signal }: {
    readonly query: ListQuery;
    readonly version: string;
    readonly signal: AbortSignal;
  },
): Promise<KubeList<T>> {
  // The first one may come from the server's memory, however old it is: the watch then brings it up to date.
  const resourceVersion = version === "" ? "0" : version;
  try {
    return await listAll<T>(requests, query, { resourceVersion, signal });
  } catch (error) {
    if (!(error instanceof Expired || error instanceof VersionTooLarge)) throw error;
    return await listAll<T>(requests, query, { resourceVersion: "", signal });
  }
}

/**
 * After a refusal of the version, and after a silence: a server with older data than ours says nothing until it has come as
 * far. After a line that cannot be read it would only come again.
 */
function needsList(error: unknown): boolean {
  return error instanceof Expired || error instanceof VersionTooLarge ||
    error instanceof TimedOut || error instanceof UnreadableWatch;
}

function warnOfOlderData<T>(
  { unconfirmed }: KnownList<T>,
  { query, log }: { readonly query: ListQuery; readonly log: Log },
): void {
  if (unconfirmed.size === 0) return;
  log.warn("The API server has older data than before, what it does not know is kept", {
    ...about(query),
    kept: unconfirmed.size,
  });
}

function about(
  { resource, namespace, fieldSelector }: ListQuery,
): Readonly<Record<string, unknown>> {
  return {
    resource: resource.plural,
    ...(namespace !== undefined && { namespace }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  };
}
