/** An API server in memory: it answers requests as the real one does, and does what a test orders. */
import type { ObjectRef, Resource } from "../../../src/core/kube/resource.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import { createFaults, type Fault } from "./faults.ts";
import { child, isObject, type Json, type JsonObject, jsonOf, objectOf, text } from "./json.ts";
import { listOf } from "./reads.ts";
import { parsePath, type Target } from "./request_path.ts";
import { notFound, refusal, StatusError } from "./status.ts";
import { collectionOf, type Snapshot, Store } from "./store.ts";
import { issueToken } from "./tokens.ts";
import { openWatch, type Watch } from "./watch.ts";
import { createWrites, placeOf, rfc3339 } from "./writes.ts";

/** One request as it came in. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly contentType: string;
  readonly authorization: string;
  /** Parsed; null where there is none. */
  readonly body: Json;
}

/** An answer of the test's own; undefined lets the server answer. */
export type Answer = (request: SeenRequest) => unknown;

/** The server's face and the hands of the test on it. */
export interface FakeApiServer {
  fetch(request: Request): Promise<Response>;
  /** All requests that reached it, in order. */
  readonly requests: readonly SeenRequest[];
  /** The writes among them (no GET), shortly: `PATCH /api/v1/nodes/edge-1/status`. */
  writes(): readonly string[];
  /** Writes the object as it is, status and deletion included; missing uid and creation time are filled in. */
  put(resource: Resource, object: object): JsonObject;
  /** The stored object, for reading. */
  get(ref: ObjectRef): JsonObject | undefined;
  list(resource: Resource): readonly JsonObject[];
  /** Takes the object away at once, without grace. */
  remove(ref: ObjectRef): void;
  /** Answers all requests of this method whose path contains `path`. A `Response` is sent as it is, anything else as JSON with a kind. */
  answer(to: { readonly method: string; readonly path: string }, answer: Answer): void;
  fail(fault: Fault): void;
  /** No more ordered failures. */
  heal(): void;
  /** `refused`: nobody listens. `silent`: requests wait for an answer until they are aborted, and watches fall silent. */
  goDown(how?: "refused" | "silent"): void;
  comeBack(): void;
  /** How many watches are open. */
  readonly watches: number;
  /** Ends them in good order, as a server that restarts. */
  endWatches(): void;
  /** Breaks their connections. */
  breakWatches(): void;
  /** Cuts them in the middle of a line. */
  halfLine(): void;
  /** Old versions can no longer be watched: 410 Gone. */
  forgetHistory(): void;
  snapshot(): Snapshot;
  /** The server is another one from now on, with these data. */
  replaceWithOlder(snapshot: Snapshot): void;
}

export function fakeApiServer({ clock }: { readonly clock: Clock }): FakeApiServer {
  const store = new Store();
  const writes = createWrites({ store, clock });
  const faults = createFaults();
  const requests: SeenRequest[] = [];
  const watches = new Set<Watch>();
  const answers: { method: string; path: string; answer: Answer }[] = [];
  let down: "refused" | "silent" | undefined;
  let serial = 0;

  async function fetch(request: Request): Promise<Response> {
    request.signal.throwIfAborted();
    if (down === "refused") throw new TypeError("error sending request: Connection refused");
    if (down === "silent") return await untilAborted(request.signal);
    const seen = await seenOf(request);
    requests.push(seen);
    try {
      return faults.take(seen) ?? own(seen) ?? serve(seen, request);
    } catch (error) {
      if (error instanceof StatusError) return json(error.body(), error.code);
      throw error;
    }
  }

  function own(seen: SeenRequest): Response | undefined {
    const { answer } =
      answers.find(({ method, path }) => seen.method === method && seen.path.includes(path)) ?? {};
    if (answer === undefined) return undefined;
    const given = answer(seen);
    if (given === undefined) return undefined;
    return given instanceof Response ? given : json({ kind: "Object", ...objectOf(given) });
  }

  function serve(seen: SeenRequest, request: Request): Response {
    const target = parsePath(seen.path);
    if (target === undefined) {
      throw refusal(404, "the server could not find the requested resource");
    }
    const query = new URLSearchParams(seen.query);
    if (seen.method === "GET" && query.get("watch") === "true") {
      return watch(target, { query, signal: request.signal });
    }
    if (seen.method === "GET") return json(read(target, query));
    const body = isObject(seen.body) ? seen.body : {};
    if (seen.method === "POST") return json(post(target, body), 201);
    if (seen.method === "PUT") return json(writes.replace(target, body));
    if (seen.method === "PATCH") {
      return json(writes.patch(target, { type: seen.contentType, body }));
    }
    if (seen.method === "DELETE") return json(writes.remove(target, body));
    throw refusal(405, "the server does not allow this method on the requested resource");
  }

  function read(target: Target, query: URLSearchParams): JsonObject {
    if (target.name === "") return listOf(store, target, query);
    const object = store.get(placeOf(target));
    if (object === undefined) throw notFound(target.plural, target.name);
    return object;
  }

  function post(target: Target, body: JsonObject): JsonObject {
    if (target.subresource === "token") {
      return issueToken({ store, clock, serial: ++serial }, target, body);
    }
    if (target.name !== "") throw refusal(405, "create on an object");
    return writes.create(target, body);
  }

  function watch(
    target: Target,
    { query, signal }: { readonly query: URLSearchParams; readonly signal: AbortSignal },
  ): Response {
    return openWatch({ store, clock, watches }, { target, query, signal }).response;
  }

  function put(resource: Resource, object: object): JsonObject {
    const json = objectOf(object);
    const metadata = child(json, "metadata");
    const [name = "", namespace = ""] = [text(metadata, "name"), text(metadata, "namespace")];
    return store.put({ collection: collectionOf(resource), namespace, name }, {
      ...json,
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      metadata: {
        uid: `uid-put-${++serial}`,
        creationTimestamp: rfc3339(clock.now()),
        ...metadata,
      },
    });
  }

  return {
    fetch,
    requests,
    writes: () =>
      requests.filter(({ method }) => method !== "GET").map(({ method, path }) =>
        `${method} ${path}`
      ),
    put,
    get: (ref) => store.get(placeFor(ref)),
    list: (resource) => store.list(collectionOf(resource)),
    remove: (ref) => void store.remove(placeFor(ref)),
    answer: (to, answer) => void answers.push({ ...to, answer }),
    fail: faults.add,
    heal: faults.clear,
    goDown(how = "refused") {
      down = how;
      for (const each of [...watches]) how === "silent" ? each.silence() : each.reset();
    },
    comeBack: () => void (down = undefined),
    get watches() {
      return watches.size;
    },
    endWatches: () => [...watches].forEach((each) => each.end()),
    breakWatches: () => [...watches].forEach((each) => each.reset()),
    halfLine: () => [...watches].forEach((each) => each.halfLine()),
    forgetHistory: () => store.forgetHistory(),
    snapshot: () => store.snapshot(),
    replaceWithOlder(snapshot) {
      for (const each of [...watches]) each.reset();
      store.restore(snapshot);
    },
  };
}

function placeFor({ resource, namespace = "", name }: ObjectRef): ReturnType<typeof placeOf> {
  return placeOf({ ...resource, namespace, name });
}

async function seenOf(request: Request): Promise<SeenRequest> {
  const url = new URL(request.url);
  const body = await request.text();
  return {
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    contentType: request.headers.get("content-type") ?? "",
    authorization: request.headers.get("authorization") ?? "",
    body: body === "" ? null : jsonOf(JSON.parse(body)),
  };
}

function json(body: JsonObject, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
}
