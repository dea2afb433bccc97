/** The API server as the agent uses it: single requests, and lists that are followed. */
import type { KubeObject, ObjectRef, Resource } from "../core/kube/resource.ts";

/** Which objects a list or a watch is about. */
export interface ListQuery {
  readonly resource: Resource;
  /** Without it: those of all namespaces. */
  readonly namespace?: string;
  /** Such as `spec.nodeName=edge-1`. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** How long a watch lives at least, and at most twice as long; 300 unless given. Fewer are needed where it is long. */
  readonly watchSeconds?: number;
}

/** Which list is followed. */
export interface FollowQuery<T> extends ListQuery {
  /** What an earlier agent was told: a server whose data are older takes none of it away. */
  readonly known?: KubeList<T>;
}

export interface KubeList<T> {
  readonly resourceVersion: string;
  readonly items: readonly T[];
}

/** A JSON merge patch (RFC 7386) or a strategic merge patch, which knows the keys of Kubernetes' lists. */
export interface Patch {
  readonly kind: "merge" | "strategic";
  readonly body: unknown;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  /** The object goes only if it is still this one; another of the same name gives Conflict. */
  readonly uid?: string;
}

/** All that is known of a list at one moment. */
export interface Followed<T> {
  /**
   * False: the server cannot be asked now, and `items` is what it said last (nothing, if it never answered). What is
   * missing from it has not been deleted.
   */
  readonly available: boolean;
  readonly items: readonly T[];
  /** Why it cannot be asked; "" while it can. */
  readonly problem: string;
  /** How new this is; "" before the first list. */
  readonly resourceVersion: string;
  /** Those of the items that the server, whose data are older than what it has told before, does not show. */
  readonly unconfirmed: readonly T[];
  /** Those of which the server has told since the last answer, one by one, that they were deleted. */
  readonly deleted: readonly T[];
  /** Since the last answer the server's data were found to be older than before. */
  readonly wentBack: boolean;
}

/**
 * Duties of an implementation: every request has a deadline. Errors: NotFound; Conflict (changed meanwhile, exists already,
 * other UID); Invalid; Forbidden; Unauthorized; Unavailable for all that may pass (no answer, 429, 5xx), with the server's wish in
 * `retryAfterMs` where it has one; Failed otherwise. Objects are as they are on the wire.
 */
export interface KubeApi {
  get<T extends KubeObject>(ref: ObjectRef): Promise<T>;
  list<T extends KubeObject>(query: ListQuery): Promise<KubeList<T>>;
  /** `ref.name` is sent only with a subresource: the object names itself. */
  create<T extends KubeObject>(ref: ObjectRef, object: unknown): Promise<T>;
  /** PUT; the object's resourceVersion, where it has one, must be the server's. */
  replace<T extends KubeObject>(ref: ObjectRef, object: unknown): Promise<T>;
  patch<T extends KubeObject>(ref: ObjectRef, patch: Patch): Promise<T>;
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<void>;
  /**
   * Lists, then watches, again and again until the signal aborts: it owns its reconnects, back-off and relists. The first
   * answer comes once the first list has succeeded or failed; then one for each change (changes that come together may be given together).
   */
  follow<T extends KubeObject>(
    query: FollowQuery<T>,
    signal: AbortSignal,
  ): AsyncIterable<Followed<T>>;
}
