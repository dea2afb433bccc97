/** The network side of probes and lifecycle hooks. */
import type { ConnectAnswer, HealthAnswer, HttpAnswer } from "../core/probe/answer.ts";
import type { HttpRequest } from "../core/probe/http_request.ts";
import type { Target } from "../core/probe/target.ts";

/** How long a call may take. */
export interface ProbeLimits {
  /** For all of it, redirects too; without it there is no limit. */
  readonly timeoutMs?: number;
  /** Ends the call, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * What goes wrong is an answer, in the words of the kubelet's events. Duties of an implementation: each call has a connection
 * of its own, closed when the call has ended; no proxy is asked; no certificate is verified.
 */
export interface Probes {
  /** A GET that follows redirects on the same host, 10 requests at most. */
  httpGet(request: HttpRequest, limits: ProbeLimits): Promise<HttpAnswer>;
  /** Opens a TCP connection and closes it. */
  connect(target: Target, limits: ProbeLimits): Promise<ConnectAnswer>;
  /** Asks grpc.health.v1.Health for a service; the server itself is called "". */
  health(
    target: Target & { readonly service: string },
    limits: ProbeLimits & { readonly timeoutMs: number },
  ): Promise<HealthAnswer>;
}
