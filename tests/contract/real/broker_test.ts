/** The suite of brokers against mosquitto, over TLS and over WebSockets, with client certificates and access lists. */
import { mqttBroker } from "../../../src/adapters/mqtt/broker.ts";
import { systemClock } from "../../../src/adapters/clock.ts";
import { type BrokerUrl, parseBrokerUrl } from "../../../src/core/broker/broker_url.ts";
import { fakeRandom } from "../../fakes/random.ts";
import { temporaryFolder } from "../../fakes/temporary_folder.ts";
import { closedPort } from "../../lab/loopback_servers.ts";
import { startMosquitto } from "../../lab/mosquitto.ts";
import { type TcpRelay, tcpRelay } from "../../lab/tcp_relay.ts";
import { type BrokerSubject, brokerSuite } from "../broker_suite.ts";

const maxMessageBytes = 65_536;

function brokerUrl(text: string): BrokerUrl {
  const parsed = parseBrokerUrl(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** A listener for WebSockets asks for certificates as the other one does. */
function webSocketListener(dir: string, port: number): readonly string[] {
  return [
    `listener ${port}`,
    "protocol websockets",
    `cafile ${dir}/ca.crt`,
    `certfile ${dir}/broker.crt`,
    `keyfile ${dir}/broker.key`,
    "require_certificate true",
    "use_identity_as_username true",
  ];
}

async function mosquittoSubject(scheme: "mqtts" | "wss"): Promise<BrokerSubject> {
  const folder = temporaryFolder();
  const { port } = closedPort();
  const { port: socketPort } = closedPort();
  const extra = scheme === "wss" ? webSocketListener(folder.path, socketPort) : [];
  const mosquitto = await startMosquitto({ dir: folder.path, port, extra });
  const relays = new Map<string, TcpRelay>();
  return {
    maxMessageBytes,
    as(commonName) {
      const relay = relays.get(commonName) ?? tcpRelay(scheme === "wss" ? socketPort : port);
      relays.set(commonName, relay);
      const settings = {
        brokers: [brokerUrl(`${scheme}://127.0.0.1:${relay.port}`)],
        caFile: mosquitto.caFile,
        ...mosquitto.client(commonName),
        keepAliveMs: 30_000,
        maxMessageBytes,
      };
      return mqttBroker(settings, { clock: systemClock(), random: fakeRandom() });
    },
    cut: (commonName) => Promise.resolve(relays.get(commonName)?.cut()),
    stop: mosquitto.stop,
    start: mosquitto.start,
    async [Symbol.asyncDispose]() {
      await mosquitto[Symbol.asyncDispose]();
      await Promise.all([...relays.values()].map((relay) => relay[Symbol.asyncDispose]()));
      folder[Symbol.dispose]();
    },
  };
}

brokerSuite("mosquitto over TLS", () => mosquittoSubject("mqtts"));
brokerSuite("mosquitto over WebSockets", () => mosquittoSubject("wss"));
