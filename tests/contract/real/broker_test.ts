/** The suite of brokers against mosquitto, over TLS and over WebSockets, with client certificates and access lists. */
import { startMosquitto } from "../../lab/mosquitto.ts";
import { brokerSuite } from "../broker_suite.ts";
import { type BrokerPlace, brokerSubject } from "./broker_subject.ts";

/** A listener for WebSockets asks for certificates as the other one does. */
function webSocketListener({ dir, webSocketPort }: BrokerPlace): readonly string[] {
  return [
    `listener ${webSocketPort}`,
    "protocol websockets",
    `cafile ${dir}/ca.crt`,
    `certfile ${dir}/broker.crt`,
    `keyfile ${dir}/broker.key`,
    "require_certificate true",
    "use_identity_as_username true",
  ];
}

brokerSuite("mosquitto over TLS", () => brokerSubject("mqtts", startMosquitto));
brokerSuite(
  "mosquitto over WebSockets",
  () =>
    brokerSubject(
      "wss",
      (place) => startMosquitto({ ...place, extra: webSocketListener(place) }),
    ),
);
