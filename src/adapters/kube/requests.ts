/** Requests to the API server: credential, deadline, and refusals as errors of the port. */
import { type BucketLimits, fullBucket, take } from "../../core/kube/token_bucket.ts";
import { isPlainMap } from "../../core/plain_map.ts";
import { second } from "../../core/instant.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { stopwatch } from "../../ports/stopwatch.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortError, Unauthorized, Unavailable } from "../../ports/errors.ts";
import { unlessAborted } from "../../ports/unless_aborted.ts";
import type { Access, AccessSource } from "./access.ts";
import { connectionProblem } from "./connection_problem.ts";
import type { Reachability } from "./reachability.ts";
import { type ResponseBody, responseBody, textOf } from "./response_body.ts";
import { errorOf, VersionTooLarge } from "./status_errors.ts";
import { type Limits, startTimeLimit, type TimeLimit } from "./time_limit.ts";
import type { TransportPool } from "./transport_pool.ts";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: { readonly contentType: string; readonly value: unknown };
  readonly limits: Limits;
  /** Its turn does not come by `rate`. */
  readonly unpaced?: boolean;
  /** Ends the request; it then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Errors are those that `KubeApi` names. */
export interface Requests {
  /** The answer, still to be read; the caller disposes of it. */
  open(request: ApiRequest): Promise<ResponseBody>;
  /** The answer read and parsed; `T` is what the caller knows the API to say. */
  send<T>(request: ApiRequest): Promise<T>;
}

export interface RequestsOptions {
  readonly access: AccessSource;
  readonly transports: TransportPool;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly metrics?: Pick<AgentMetrics, "kube">;
  readonly reachability: Reachability;
  /** How often the server is asked at most. */
  readonly rate: BucketLimits;
  /** Aborts when the connection is closed for good. */
  readonly closed: AbortSignal;
}

export function createRequests(options: RequestsOptions): Requests {
  const { access: source, reachability, closed, clock, rate } = options;
  let bucket = fullBucket(rate, clock.monotonic());

  /** How long the request must wait for its turn, in milliseconds. */
  function turn({ unpaced = false }: ApiRequest): number {
    if (unpaced) return 0;
    const taken = take(bucket, rate, clock.monotonic());
    bucket = taken.bucket;
    return taken.waitMs;
  }

  /** A program may take its time to make a credential; who has given up does not wait for it. */
  async function accessFor({ signal }: ApiRequest, refused?: Access): Promise<Access> {
    const access = unlessAborted(source.current(refused), closed);
    return signal === undefined ? await access : await unlessAborted(access, signal);
  }

  async function authenticated(request: ApiRequest): Promise<ResponseBody> {
    const waitMs = turn(request);
    const access = await accessFor(request);
    try {
      return await attempt(request, { access, waitMs, options });
    } catch (error) {
      if (!(error instanceof Unauthorized)) throw error;
      const fresh = await accessFor(request, access);
      if (fresh === access) throw error;
      return await attempt(request, { access: fresh, waitMs: 0, options });
    }
  }

  async function open(request: ApiRequest): Promise<ResponseBody> {
    try {
      const body = await authenticated(request);
      reachability.reached();
      return body;
    } catch (error) {
      if (error instanceof Unavailable && !(error instanceof VersionTooLarge)) {
        reachability.failed(error);
      } else if (error instanceof PortError) reachability.reached();
      throw error;
    }
  }

  return {
    open,
    async send(request) {
      using body = await open(request);
      return parsed(await textOf(body));
    },
  };
}

/** A proxy or a captive portal may answer in place of the server, which always says what kind of object it sends. */
function parsed<T>(text: string): T {
  try {
    const value: T | null = JSON.parse(text);
    if (isPlainMap(value) && typeof value["kind"] === "string") return value;
  } catch {
    // Said below.
  }
  throw new Unavailable(`the answer is no object of the API: ${text.slice(0, 100)}`);
}

async function attempt(
  request: ApiRequest,
  { access, waitMs, options }: {
    readonly access: Access;
    readonly waitMs: number;
    readonly options: RequestsOptions;
  },
): Promise<ResponseBody> {
  const { clock, transports, closed, userAgent } = options;
  const { server } = access.cluster;
  const { method, path, limits, signal, body } = request;
  using owned = new DisposableStack();
  const outer = signal === undefined ? [closed] : [closed, signal];
  const hold = owned.use(transports.hold(access));
  const limit = owned.use(startTimeLimit({ clock, limits, outer }));
  const explain = (error: unknown): unknown => {
    // A pool may hold more connections that died with this one.
    if (limit.expired) hold.retire();
    if (outer.some(({ aborted }) => aborted)) return limit.signal.reason;
    return connectionProblem(limit.expired ? limit.signal.reason : error, server);
  };
  if (waitMs > 0) await waitFor(waitMs, { clock, limit });
  const measured = measure(request, { server, waitMs, options });
  const response = await hold.transport.fetch(`${server}${path}`, {
    method,
    headers: headersOf({ body, access, userAgent }),
    ...(body !== undefined && { body: JSON.stringify(body.value) }),
    redirect: "manual",
    signal: limit.signal,
  }).catch((error: unknown) => {
    measured("<error>");
    throw explain(error);
  });
  measured(String(response.status));
  const answer = responseBody(response, { limit, explain, owned: owned.move() });
  if (response.ok) return answer;
  using refusal = answer;
  throw errorOf({
    code: response.status,
    body: await textOf(refusal),
    retryAfter: response.headers.get("retry-after"),
  });
}

/** Gives what is to be called with the answer's code, as Kubernetes' clients count. */
function measure(
  { method, unpaced = false }: ApiRequest,
  { server, waitMs, options: { clock, metrics } }: {
    readonly server: string;
    readonly waitMs: number;
    readonly options: RequestsOptions;
  },
): (code: string) => void {
  const { host } = new URL(server);
  const labels = { verb: method, host };
  const seconds = stopwatch(clock);
  if (!unpaced) metrics?.kube.rateLimiterDuration.observe(labels, waitMs / second);
  return (code) => {
    metrics?.kube.requests.inc({ code, method, host });
    metrics?.kube.duration.observe(labels, seconds());
  };
}

/** The server's silence begins with the request. */
async function waitFor(
  ms: number,
  { clock, limit }: { readonly clock: Clock; readonly limit: TimeLimit },
): Promise<void> {
  limit.pause();
  await clock.sleep(ms, limit.signal);
  limit.restart();
}

function headersOf(
  { body, access, userAgent }: {
    readonly body: ApiRequest["body"];
    readonly access: Access;
    readonly userAgent: string;
  },
): Record<string, string> {
  return {
    accept: "application/json",
    "user-agent": userAgent,
    ...(body !== undefined && { "content-type": body.contentType }),
    ...(access.authorization !== undefined && { authorization: access.authorization }),
  };
}
