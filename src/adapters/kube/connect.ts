/** The API server behind the port `KubeApi`. */
import {
  events,
  type KubeObject,
  leases,
  nodes,
  type ObjectRef,
  type Resource,
} from "../../core/kube/resource.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import type { BucketLimits } from "../../core/kube/token_bucket.ts";
import { collectionPath, objectPath } from "../../core/kube/url.ts";
import type { Clock } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { FollowQuery, KubeApi, ListQuery, Patch } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import type { AccessSource } from "./access.ts";
import { createDataAge } from "./data_age.ts";
import { followList } from "./follow.ts";
import { listAll } from "./list_pages.ts";
import { createReachability, type Outages } from "./reachability.ts";
import { type ApiRequest, createRequests } from "./requests.ts";
import type { Limits } from "./time_limit.ts";
import { denoTransport, type OpenTransport } from "./transport.ts";
import { createTransportPool } from "./transport_pool.ts";

export interface KubeConnection extends KubeApi {
  /** Ends every request that is going on; it throws `Unavailable`. Who follows a list is to be stopped before. */
  close(): void;
}

export interface KubeOptions {
  readonly access: AccessSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly userAgent: string;
  /** Without it nothing is measured. */
  readonly metrics?: Pick<AgentMetrics, "kube">;
  /** How often the server is asked at most, heartbeats and events apart; without it as often as there is something to ask. */
  readonly rate?: BucketLimits;
  /** See `ReachabilityDeps`. */
  readonly outages?: Outages;
  /** Deno's own unless given. */
  readonly openTransport?: OpenTransport;
}

const limits: Limits = { silenceMs: 30_000, totalMs: 60_000 };

/** A heartbeat that comes late is worth nothing: the kubelet waits for it as long, and a lease lasts four times that. */
const heartbeatLimits: Limits = { silenceMs: 10_000, totalMs: 10_000 };
const heartbeats: readonly Resource[] = [leases, nodes];
/** Whoever writes events has a limit of its own for them, and heartbeats have none. */
const unpaced: readonly Resource[] = [...heartbeats, events];

const patchTypes: Readonly<Record<Patch["kind"], string>> = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** Connects with the first request; a server that is away is no error here. */
export function connectKube(options: KubeOptions): KubeConnection {
  const { clock, random, log, openTransport: open = denoTransport } = options;
  const closing = new AbortController();
  const transports = createTransportPool(open);
  const reachability = createReachability(options);
  const requests = createRequests({
    ...options,
    transports,
    reachability,
    rate: options.rate ?? { perSecond: 0, burst: 0 },
    closed: closing.signal,
  });

  const age = createDataAge();

  async function one<T extends KubeObject>(
    ref: ObjectRef,
    request: Pick<ApiRequest, "method" | "path" | "body">,
  ): Promise<T> {
    const isHeartbeat = heartbeats.includes(ref.resource);
    const object = await requests.send<T>({
      ...request,
      limits: isHeartbeat ? heartbeatLimits : limits,
      unpaced: unpaced.includes(ref.resource),
    });
    // What a subresource gives may be no object with a version: a token, for one.
    const { subresource: _part, ...whole } = ref;
    age.saw(objectPath(whole), object);
    return object;
  }

  return {
    get: (ref) => one(ref, { method: "GET", path: objectPath(ref) }),
    list: <T extends KubeObject>(query: ListQuery) =>
      listAll<T>(requests, query, { resourceVersion: "" }),
    create(ref, object) {
      const path = ref.subresource === undefined ? collectionPath(ref) : objectPath(ref);
      return one(ref, { method: "POST", path, body: json(object) });
    },
    replace: (ref, object) =>
      one(ref, { method: "PUT", path: objectPath(ref), body: json(object) }),
    patch(ref, { kind, body: value }) {
      const body = { contentType: patchTypes[kind], value };
      return one(ref, { method: "PATCH", path: objectPath(ref), body });
    },
    async delete(ref, { gracePeriodSeconds, uid } = {}) {
      const body = json({
        kind: "DeleteOptions",
        apiVersion: "v1",
        ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
        ...(uid !== undefined && { preconditions: { uid } }),
      });
      await requests.send({ method: "DELETE", path: objectPath(ref), body, limits });
    },
    follow: <T extends KubeObject>(query: FollowQuery<T>, signal: AbortSignal) =>
      followList<T>({ requests, age, reachability, clock, random, log }, query, signal),
    close() {
      closing.abort(new Unavailable("the connection was closed"));
      transports.close();
    },
  };
}

function json(value: unknown): ApiRequest["body"] & object {
  return { contentType: "application/json", value };
}
