/** The suite of brokers against HiveMQ, a broker of another make: what works with one alone is no MQTT. */
import { startHiveMq } from "../lab/hivemq.ts";
import { brokerSuite } from "../contract/broker_suite.ts";
import { brokerSubject } from "../contract/real/broker_subject.ts";

brokerSuite("HiveMQ over TLS", () => brokerSubject("mqtts", startHiveMq));
brokerSuite("HiveMQ over WebSockets", () => brokerSubject("wss", startHiveMq));
