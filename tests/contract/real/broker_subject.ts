/** A broker of the lab as the subject of the suite of brokers. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { mqttBroker } from "../../../src/adapters/mqtt/broker.ts";
import { type BrokerUrl, parseBrokerUrl } from "../../../src/core/broker/broker_url.ts";
import { fakeRandom } from "../../fakes/random.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import type { LabBroker } from "../../lab/lab_broker.ts";
import { closedPort } from "../../lab/loopback_servers.ts";
import { type TcpRelay, tcpRelay } from "../../lab/tcp_relay.ts";
import type { BrokerSubject } from "../broker_suite.ts";

const maxMessageBytes = 65_536;

/** Where a broker is to be. */
export interface BrokerPlace {
  readonly dir: string;
  readonly port: number;
  readonly webSocketPort: number;
}

/** Everybody reaches the broker through a relay of their own, which can be cut. */
export async function brokerSubject(
  scheme: "mqtts" | "wss",
  startBroker: (place: BrokerPlace) => Promise<LabBroker>,
): Promise<BrokerSubject> {
  const folder = temporaryFolder();
  const { port } = closedPort();
  const { port: webSocketPort } = closedPort();
  const broker = await startBroker({ dir: folder.path, port, webSocketPort });
  const relays = new Map<string, TcpRelay>();
  return {
    maxMessageBytes,
    as(commonName) {
      const relay = relays.get(commonName) ?? tcpRelay(scheme === "wss" ? webSocketPort : port);
      relays.set(commonName, relay);
      const settings = {
        brokers: [brokerUrl(`${scheme}://127.0.0.1:${relay.port}`)],
        caFile: broker.caFile,
        ...broker.client(commonName),
        keepAliveMs: 30_000,
        maxMessageBytes,
      };
      return mqttBroker(settings, { clock: systemClock(), random: fakeRandom() });
    },
    cut: (commonName) => Promise.resolve(relays.get(commonName)?.cut()),
    stop: broker.stop,
    start: broker.start,
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]();
      await Promise.all([...relays.values()].map((relay) => relay[Symbol.asyncDispose]()));
      folder[Symbol.dispose]();
    },
  };
}

function brokerUrl(text: string): BrokerUrl {
  const parsed = parseBrokerUrl(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}
