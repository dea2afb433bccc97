/** One request to a k3s server's supervisor. */
import type { Clock } from "../../ports/clock.ts";
import { PortError } from "../../ports/errors.ts";
import type { AccessSource } from "../kube/access.ts";
import { connectionProblem } from "../kube/connection_problem.ts";
import { errorOf } from "../kube/status_errors.ts";
import { type Limits, startTimeLimit } from "../kube/time_limit.ts";
import type { TransportPool } from "../kube/transport_pool.ts";

/** A POST where there is a body. */
export interface SupervisorRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** As long as an agent of k3s waits. */
const limits: Limits = { silenceMs: 10_000, totalMs: 30_000 };

/** Gives the answer's text. Throws the errors of `Supervisor`. */
export async function sendToSupervisor(
  { path, headers, body }: SupervisorRequest,
  { access: source, transports, clock, userAgent }: {
    readonly access: AccessSource;
    readonly transports: TransportPool;
    readonly clock: Clock;
    readonly userAgent: string;
  },
): Promise<string> {
  const access = await source.current();
  const { cluster: { server }, authorization } = access;
  using hold = transports.hold(access);
  using limit = startTimeLimit({ clock, limits, outer: [] });
  try {
    const response = await hold.transport.fetch(`${server}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "user-agent": userAgent,
        ...(authorization !== undefined && { authorization }),
        ...headers,
      },
      ...(body !== undefined && { body: Uint8Array.from(body) }),
      // Nothing that is secret follows a server elsewhere.
      redirect: "manual",
      signal: limit.signal,
    });
    const text = await response.text();
    if (response.status === 200) return text;
    const retryAfter = response.headers.get("retry-after");
    throw errorOf({ code: response.status, body: text, retryAfter });
  } catch (error) {
    hold.retire();
    if (error instanceof PortError) throw error;
    const reason: unknown = limit.expired ? limit.signal.reason : error;
    throw connectionProblem(reason, server, { authority: "that the token is for" });
  }
}
