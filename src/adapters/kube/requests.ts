/** Requests to the API server: credential, deadline, and refusals as errors of the port. */
import type { Clock } from "../../ports/clock.ts";
import { PortError, Unauthorized, Unavailable } from "../../ports/errors.ts";
import type { Access, AccessSource } from "./access.ts";
import { connectionProblem } from "./connection_problem.ts";
import type { Reachability } from "./reachability.ts";
import { type ResponseBody, responseBody, textOf } from "./response_body.ts";
import { errorOf, VersionTooLarge } from "./status_errors.ts";
import { type Limits, startTimeLimit } from "./time_limit.ts";
import type { TransportPool } from "./transport_pool.ts";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly body?: { readonly contentType: string; readonly value: unknown };
  readonly limits: Limits;
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
  readonly reachability: Reachability;
  /** Aborts when the connection is closed for good. */
  readonly closed: AbortSignal;
}

export function createRequests(options: RequestsOptions): Requests {
  const { access: source, reachability } = options;

  async function authenticated(request: ApiRequest): Promise<ResponseBody> {
    const access = await source.current();
    try {
      return await attempt(request, { access, options });
    } catch (error) {
      if (!(error instanceof Unauthorized)) throw error;
      const fresh = await source.current(access);
      if (fresh === access) throw error;
      return await attempt(request, { access: fresh, options });
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

/** A proxy or a captive portal may answer in place of the server. */
function parsed<T>(text: string): T {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Unavailable(`the answer is no JSON: ${text.slice(0, 100)}`, { cause });
  }
}

async function attempt(
  request: ApiRequest,
  { access, options }: { readonly access: Access; readonly options: RequestsOptions },
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
  const response = await hold.transport.fetch(`${server}${path}`, {
    method,
    headers: headersOf({ body, access, userAgent }),
    ...(body !== undefined && { body: JSON.stringify(body.value) }),
    redirect: "manual",
    signal: limit.signal,
  }).catch((error: unknown) => {
    throw explain(error);
  });
  const answer = responseBody(response, { limit, explain, owned: owned.move() });
  if (response.ok) return answer;
  using refusal = answer;
  throw errorOf({
    code: response.status,
    body: await textOf(refusal),
    retryAfter: response.headers.get("retry-after"),
  });
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
