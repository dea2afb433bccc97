/** Which of several brokers is tried next. */
import type { BrokerUrl } from "./broker_url.ts";

/**
 * The one that the last one sent us to, else the first of the list, of those that were not tried in this round; null when the round is
 * over and a pause is due. So brokers that send us to one another cost a round and no more.
 */
export function nextBroker(
  { count, tried, redirect }: {
    readonly count: number;
    readonly tried: ReadonlySet<number>;
    readonly redirect: number | null;
  },
): number | null {
  if (redirect !== null && !tried.has(redirect)) return redirect;
  for (let index = 0; index < count; index++) if (!tried.has(index)) return index;
  return null;
}

/**
 * The broker of the configuration that a server's reference means; null for none: a broker is not trusted to send us to a stranger.
 * A reference is one or several of HOST or HOST:PORT.
 * @see https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901079
 */
export function redirected(
  reference: string | undefined,
  { brokers }: { readonly brokers: readonly BrokerUrl[] },
): number | null {
  for (const word of reference?.split(" ") ?? []) {
    const index = brokers.findIndex(({ host, port }) => {
      const shown = host.includes(":") ? `[${host}]` : host;
      return word === shown || word === `${shown}:${port}`;
    });
    if (index >= 0) return index;
  }
  return null;
}
