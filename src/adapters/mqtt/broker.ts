/** The port of the message broker, over MQTT: keeps a session alive over connections to the brokers of the configuration. */
import { nextBroker, redirected } from "../../core/broker/next_broker.ts";
import { retryDelayMs } from "../../core/kube/retry_delay.ts";
import type { Broker, BrokerLink, BrokerSession } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import type { Random } from "../../ports/random.ts";
import { waited } from "../../ports/waited.ts";
import { connect, type Connection, ConnectionFailed } from "./connection.ts";
import type { BrokerSettings } from "./settings.ts";

export interface BrokerDeps {
  readonly clock: Clock;
  readonly random: Random;
}

/** A connection that lived so long was a good one: the next failure is the first. */
const healthyMs = 60_000;

export function mqttBroker(settings: BrokerSettings, deps: BrokerDeps): Broker {
  return { open: (session) => openLink(settings, { session, ...deps }) };
}

function openLink(
  settings: BrokerSettings,
  { session, clock, random }: BrokerDeps & { readonly session: BrokerSession },
): BrokerLink {
  const closing = new AbortController();
  let isClosed = false;
  let connection: Connection | undefined;
  let lastReason = "there is no connection yet";
  const living = live();

  async function live(): Promise<void> {
    const tried = new Set<number>();
    let failures = 0;
    let redirect: number | null = null;
    while (!isClosed) {
      const index = nextBroker({ count: settings.brokers.length, tried, redirect });
      if (index === null) {
        failures += 1;
        tried.clear();
        await pause(retryDelayMs({ failures, fraction: random.fraction() }));
        continue;
      }
      tried.add(index);
      const before = clock.monotonic();
      const { reference, wasConnected } = await once(index);
      if (wasConnected) {
        // From the first again: it is the one that is wanted most.
        tried.clear();
        if (clock.monotonic() - before > healthyMs) failures = 0;
        for (let each = 0; each < settings.brokers.length; each++) tried.add(each);
      }
      redirect = redirected(reference, { brokers: settings.brokers });
      if (redirect !== null && wasConnected) tried.delete(redirect);
    }
  }

  /** One connection, until it ends. */
  async function once(index: number) {
    const url = settings.brokers[index]!;
    try {
      connection = await connect(url, { settings, session, signal: closing.signal });
      const { sessionPresent, ended, subscribed } = connection;
      connection.begin();
      await subscribed;
      session.onState({ kind: "Connected", broker: url.text, sessionPresent });
      const { reason, reference } = await ended;
      away(url.text, reason);
      return { reference, wasConnected: true };
    } catch (error) {
      away(url.text, messageOf(error));
      const reference = error instanceof ConnectionFailed ? error.reference : undefined;
      return { reference, wasConnected: false };
    } finally {
      connection = undefined;
    }
  }

  function away(broker: string, reason: string): void {
    lastReason = `${broker}: ${reason}`;
    if (!isClosed) session.onState({ kind: "Away", broker, reason });
  }

  async function pause(ms: number): Promise<void> {
    await waited(clock, ms, closing.signal);
  }

  return {
    async publish(publication) {
      if (connection === undefined) throw new Unavailable(`no message broker: ${lastReason}`);
      await connection.publish(publication);
    },
    maxPayload: () => connection?.maxPayload ?? settings.maxMessageBytes,
    async close() {
      isClosed = true;
      await connection?.leave();
      closing.abort(new Unavailable("the session was closed"));
      await living;
    },
  };
}
