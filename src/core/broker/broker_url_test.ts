/** Which URLs of brokers are taken. */
import { deepEqual, equal } from "node:assert/strict";
import { parseBrokerUrl } from "./broker_url.ts";

for (
  const [text, shown, port] of [
    ["mqtts://broker.example.com", "mqtts://broker.example.com:8883", 8883],
    ["tls://broker.example.com:443", "mqtts://broker.example.com:443", 443],
    ["mqtt://127.0.0.1", "mqtt://127.0.0.1:1883", 1883],
    ["mqtts://[2001:db8::1]", "mqtts://[2001:db8::1]:8883", 8883],
    ["wss://broker.example.com/mqtt?site=1", "wss://broker.example.com:443/mqtt?site=1", 443],
    ["ws://localhost:9001", "ws://localhost:9001/", 9001],
  ] as const
) {
  Deno.test(`${text} is a broker`, () => {
    const parsed = parseBrokerUrl(text);
    deepEqual(parsed.ok && [parsed.value.text, parsed.value.port], [shown, port]);
  });
}

for (
  const [text, problem] of [
    ["broker.example.com", /must be a URL/],
    ["https://broker.example.com", /must be a URL/],
    ["mqtt://broker.example.com", /use mqtts:/],
    ["ws://10.0.0.1", /use wss:/],
    ["mqtts://user:secret@broker", /usernameFile/],
    ["mqtts://broker/path", /must not have a path/],
    ["mqtts://", /must be a URL|names no host/],
  ] as const
) {
  Deno.test(`${text} is refused`, () => {
    const parsed = parseBrokerUrl(text);
    equal(parsed.ok, false);
    equal(!parsed.ok && problem.test(parsed.error), true);
  });
}
