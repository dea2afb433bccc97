/** Since when the API server has not answered, as everybody's requests show. */
import type { KubeObject } from "../../core/kube/resource.ts";
import type { Clock } from "../../ports/clock.ts";
import { Conflict, Forbidden, NotFound, Unauthorized, Unavailable } from "../../ports/errors.ts";
import type { FollowQuery, KubeApi } from "../../ports/kube_api.ts";

export interface Reach {
  /** Monotonic time of the last answer, or of the beginning; null while the server answers. */
  awaySince(): number | null;
  /** Calls back when it has gone or come, until disposed of. */
  onChange(notice: () => void): Disposable;
}

export interface WatchedKube {
  readonly kube: KubeApi;
  readonly reach: Reach;
}

/** The same API server; what comes of the requests is looked at on the way. */
export function watchReach(kube: KubeApi, { clock }: { readonly clock: Clock }): WatchedKube {
  const notices = new Set<() => void>();
  let isAway = true;
  let answeredAt = clock.monotonic();

  function saw(isAnswer: boolean): void {
    if (isAnswer) answeredAt = clock.monotonic();
    if (isAway === !isAnswer) return;
    isAway = !isAnswer;
    for (const notice of [...notices]) notice();
  }

  async function seen<T>(request: Promise<T>): Promise<T> {
    try {
      const answer = await request;
      saw(true);
      return answer;
    } catch (err) {
      // What else there is may be our own mistake, and says nothing of the server.
      if (isRefusal(err)) saw(true);
      if (err instanceof Unavailable || err instanceof Unauthorized) saw(false);
      throw err;
    }
  }

  async function* follow<T extends KubeObject>(query: FollowQuery<T>, signal: AbortSignal) {
    for await (const answer of kube.follow<T>(query, signal)) {
      saw(answer.available);
      yield answer;
    }
  }

  return {
    kube: {
      get: (ref) => seen(kube.get(ref)),
      list: (query) => seen(kube.list(query)),
      create: (ref, object) => seen(kube.create(ref, object)),
      replace: (ref, object) => seen(kube.replace(ref, object)),
      patch: (ref, patch) => seen(kube.patch(ref, patch)),
      delete: (ref, options) => seen(kube.delete(ref, options)),
      follow,
    },
    reach: {
      awaySince: () => isAway ? answeredAt : null,
      onChange(notice) {
        notices.add(notice);
        return { [Symbol.dispose]: () => void notices.delete(notice) };
      },
    },
  };
}

function isRefusal(err: unknown): boolean {
  return err instanceof NotFound || err instanceof Conflict || err instanceof Forbidden;
}
