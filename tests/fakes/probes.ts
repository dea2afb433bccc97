/**
 * A network of servers that a test makes up, for probes and hooks.
 *
 * ```ts
 * const probes = fakeProbes({ clock });
 * probes.serveHttp(":8080", () => ({ status: 503 })); // on any host
 * ```
 */
import type { ConnectAnswer, HealthAnswer, HttpAnswer } from "../../src/core/probe/answer.ts";
import { type HttpRequest, urlOf } from "../../src/core/probe/http_request.ts";
import { redirectOf } from "../../src/core/probe/redirect.ts";
import { joinHostPort, type Target } from "../../src/core/probe/target.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { ProbeLimits, Probes } from "../../src/ports/probes.ts";

/** A request as a server sees it; header names are in lower case. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a server answers; what is left out is 200, nothing, at once. */
export interface HttpScript {
  readonly status?: number;
  readonly body?: string;
  readonly location?: string;
  readonly afterMs?: number;
  /** The connection breaks within the body. */
  readonly cutOff?: boolean;
}

/** A health service's status, or what else comes of asking; `afterMs` later. */
export interface HealthScript {
  readonly answer: HealthAnswer;
  readonly afterMs?: number;
}

export interface FakeProbes extends Probes {
  /** An address is `host:port`, or `:port` for that port of every host. */
  serveHttp(
    address: string,
    answer: (request: SeenRequest) => HttpScript,
    options?: { readonly tls?: boolean },
  ): void;
  serveHealth(address: string, answer: (service: string) => HealthScript): void;
  /** Takes connections and says nothing. */
  serveSilence(address: string): void;
  /** Nobody listens there any more. */
  close(address: string): void;
  /** What was asked so far: `GET http://10.88.0.2:80/`, `connect 10.88.0.2:80`, `health 10.88.0.2:80 name`. */
  readonly asked: readonly string[];
}

type Server =
  | {
    readonly kind: "Http";
    readonly tls: boolean;
    readonly answer: (request: SeenRequest) => HttpScript;
  }
  | { readonly kind: "Health"; readonly answer: (service: string) => HealthScript }
  | { readonly kind: "Silent" };

export function fakeProbes({ clock }: { readonly clock: Clock }): FakeProbes {
  const servers = new Map<string, Server>();
  const asked: string[] = [];
  const find = (target: Target): Server | undefined =>
    servers.get(joinHostPort(target)) ?? servers.get(`:${target.port}`);

  /** Gives false when the call's time is over first. */
  async function pass(ms: number, limits: ProbeLimits): Promise<boolean> {
    limits.signal?.throwIfAborted();
    const { timeoutMs = Infinity, signal } = limits;
    const waits = Math.min(ms, timeoutMs);
    if (waits === Infinity) await new Promise((_, reject) => rejectOn(signal, reject));
    if (waits > 0) await clock.sleep(waits, signal);
    return ms < timeoutMs;
  }

  async function httpGet(request: HttpRequest, limits: ProbeLimits): Promise<HttpAnswer> {
    let next = request;
    for (let requests = 1;; requests++) {
      asked.push(`GET ${urlOf(next)}`);
      const { location, ...answer } = await getOnce(next, limits);
      if (answer.kind !== "Answered") return answer;
      const redirect = redirectOf({ ...answer, location }, { request: next, requests });
      if (redirect.kind === "None") return answer;
      if (redirect.kind === "Refused") return { kind: "Failed", message: redirect.message };
      next = redirect.request;
    }
  }

  async function getOnce(
    request: HttpRequest,
    limits: ProbeLimits,
  ): Promise<HttpAnswer & { readonly location?: string | undefined }> {
    const server = find(request);
    const url = `Get "${urlOf(request)}"`;
    if (server === undefined) return { kind: "Failed", message: `${url}: ${refused(request)}` };
    if (server.kind !== "Http") {
      await pass(Infinity, limits);
      return { kind: "Failed", message: `${url}: ${headersLate}` };
    }
    if (request.scheme === "https" && !server.tls) {
      const message = `${url}: http: server gave HTTP response to HTTPS client`;
      return { kind: "PlainHttp", message };
    }
    const script = server.answer(seen(request));
    if (!await pass(script.afterMs ?? 0, limits)) {
      return { kind: "Failed", message: `${url}: ${headersLate}` };
    }
    if (script.cutOff === true) return { kind: "CutOff", message: "unexpected EOF" };
    const { status = 200, body = "", location } = script;
    return { kind: "Answered", status, body: body.slice(0, 10 * 1024), location };
  }

  async function connect(target: Target, limits: ProbeLimits): Promise<ConnectAnswer> {
    asked.push(`connect ${joinHostPort(target)}`);
    await pass(0, limits);
    return find(target) === undefined
      ? { kind: "Failed", message: refused(target) }
      : { kind: "Connected" };
  }

  async function health(
    target: Target & { readonly service: string },
    limits: ProbeLimits & { readonly timeoutMs: number },
  ): Promise<HealthAnswer> {
    asked.push(`health ${joinHostPort(target)} ${target.service}`);
    const server = find(target);
    if (server?.kind !== "Health") {
      await pass(Infinity, limits);
      return { kind: "NotConnected" };
    }
    const { answer, afterMs = 0 } = server.answer(target.service);
    return await pass(afterMs, limits) ? answer : { kind: "TimedOut" };
  }

  return {
    httpGet,
    connect,
    health,
    serveHttp: (address, answer, { tls = false } = {}) =>
      void servers.set(address, { kind: "Http", tls, answer }),
    serveHealth: (address, answer) => void servers.set(address, { kind: "Health", answer }),
    serveSilence: (address) => void servers.set(address, { kind: "Silent" }),
    close: (address) => void servers.delete(address),
    asked,
  };
}

const headersLate = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

function refused(target: Target): string {
  return `dial tcp ${joinHostPort(target)}: connect: connection refused`;
}

function seen(request: HttpRequest): SeenRequest {
  const headers: Record<string, string> = { host: joinHostPort(request), connection: "close" };
  for (const { name, value } of request.headers) {
    const lower = name.toLowerCase();
    const before = lower === "host" ? undefined : headers[lower];
    headers[lower] = before === undefined ? value : `${before}, ${value}`;
  }
  return { path: request.path, headers };
}

function rejectOn(signal: AbortSignal | undefined, reject: (reason: unknown) => void): void {
  signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
}
