/** The suite of brokers against the fake. */
import { fakeBroker } from "../../fakes/broker.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { brokerSuite } from "../broker_suite.ts";

brokerSuite("fake broker", () => {
  const maxMessageBytes = 65_536;
  const broker = fakeBroker({ clock: fakeClock(), maxMessageBytes });
  return Promise.resolve({
    maxMessageBytes,
    as: broker.as,
    cut: (commonName) => Promise.resolve(broker.cut(commonName)),
    stop: () => Promise.resolve(broker.stop()),
    start: () => Promise.resolve(broker.start()),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});
