/** The API server behind the port `KubeApi`. */
import type { KubeObject, ObjectRef } from "../../core/kube/resource.ts";
import { collectionPath, objectPath } from "../../core/kube/url.ts";
import type { Clock } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { KubeApi, ListQuery, Patch } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import type { AccessSource } from "./access.ts";
import { createDataAge } from "./data_age.ts";
import { followList } from "./follow.ts";
import { listAll } from "./list_pages.ts";
import { createReachability } from "./reachability.ts";
import { createRequests } from "./requests.ts";
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
  /** Deno's own unless given. */
  readonly openTransport?: OpenTransport;
}

const limits: Limits = { silenceMs: 30_000, totalMs: 60_000 };

const patchTypes: Readonly<Record<Patch["kind"], string>> = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** Connects with the first request; a server that is away is no error here. */
export function connectKube(options: KubeOptions): KubeConnection {
  const { clock, random, log, openTransport: open = denoTransport } = options;
  const closing = new AbortController();
  const transports = createTransportPool(open);
  const requests = createRequests({
    ...options,
    transports,
    reachability: createReachability(log),
    closed: closing.signal,
  });

  const age = createDataAge();

  async function one<T extends KubeObject>(ref: ObjectRef, answer: Promise<T>): Promise<T> {
    const object = await answer;
    // A token, an eviction and the like are no objects with versions.
    const { subresource: _part, ...whole } = ref;
    age.saw(objectPath(whole), object);
    return object;
  }

  const write = <T>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body: { readonly contentType: string; readonly value: unknown },
  ): Promise<T> => requests.send<T>({ method, path, body, limits });

  return {
    get: <T extends KubeObject>(ref: ObjectRef) =>
      one(ref, requests.send<T>({ method: "GET", path: objectPath(ref), limits })),
    list: <T extends KubeObject>(query: ListQuery) =>
      listAll<T>(requests, query, { resourceVersion: "" }),
    create: <T extends KubeObject>(ref: ObjectRef, object: unknown) => {
      const path = ref.subresource === undefined ? collectionPath(ref) : objectPath(ref);
      return one(ref, write<T>("POST", path, { contentType: "application/json", value: object }));
    },
    replace: <T extends KubeObject>(ref: ObjectRef, value: unknown) =>
      one(ref, write<T>("PUT", objectPath(ref), { contentType: "application/json", value })),
    patch: <T extends KubeObject>(ref: ObjectRef, { kind, body: value }: Patch) =>
      one(ref, write<T>("PATCH", objectPath(ref), { contentType: patchTypes[kind], value })),
    async delete(ref, { gracePeriodSeconds, uid } = {}) {
      const value = {
        kind: "DeleteOptions",
        apiVersion: "v1",
        ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
        ...(uid !== undefined && { preconditions: { uid } }),
      };
      await write("DELETE", objectPath(ref), { contentType: "application/json", value });
    },
    follow: <T extends KubeObject>(query: ListQuery, signal: AbortSignal) =>
      followList<T>({ requests, age, clock, random, log }, query, signal),
    close() {
      closing.abort(new Unavailable("the connection was closed"));
      transports.close();
    },
  };
}
