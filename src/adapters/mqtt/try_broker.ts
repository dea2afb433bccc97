/** Finds out whether a broker takes us, and goes again. */
import type { BrokerUrl } from "../../core/broker/broker_url.ts";
import type { ConnectionProblem } from "../../core/broker/connection_problem.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, PortError } from "../../ports/errors.ts";
import { problemBelow } from "./channel_problem.ts";
import { connect, ConnectionFailed } from "./connection.ts";
import { type BrokerSettings, readCredentials } from "./settings.ts";

export interface BrokerTrial {
  /** But for its `brokers`. */
  readonly settings: BrokerSettings;
  /** Not that of a session that must live on: a second connection of this name ends the first. */
  readonly clientId: string;
  /** A filter that must be ours to subscribe. What comes for it is dropped. */
  readonly subscription: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Null where it let us connect and subscribe. Without a will, and nothing of the session is kept. */
export async function tryBroker(
  url: BrokerUrl,
  { settings, clientId, subscription, timeoutMs, clock }: BrokerTrial,
): Promise<ConnectionProblem | null> {
  const limit = new AbortController();
  const { signal } = limit;
  const timer = clock.after(timeoutMs, () => {
    limit.abort(new DOMException(`no answer within ${timeoutMs / 1_000} s`, "TimeoutError"));
  });
  const session = {
    clientId,
    sessionExpirySeconds: 0,
    subscriptions: [subscription],
    onMessage: () => Promise.resolve(),
    onState: () => {},
  };
  try {
    const connection = await connect(url, { settings, session, signal });
    connection.begin();
    await connection.subscribed;
    await connection.leave();
    return null;
  } catch (error) {
    const problem = problemOf(error);
    if (problem.stage !== "WebSocket" || signal.aborted) return problem;
    const credentials = await readCredentials(settings);
    return await problemBelow(url, { credentials, signal }) ?? problem;
  } finally {
    timer.cancel();
  }
}

function problemOf(error: unknown): ConnectionProblem {
  if (error instanceof ConnectionFailed) return error.problem;
  if (!(error instanceof PortError)) throw error;
  return { stage: "Credentials", cause: "Other", reason: messageOf(error) };
}
