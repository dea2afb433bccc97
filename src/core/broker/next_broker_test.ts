/** The order in which brokers are tried. */
import { equal } from "node:assert/strict";
import { parseBrokerUrl } from "./broker_url.ts";
import { nextBroker, redirected } from "./next_broker.ts";

const brokers = ["mqtts://one", "mqtts://two:1", "wss://[2001:db8::1]/x"].map((text) => {
  const parsed = parseBrokerUrl(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
});

Deno.test("the first that was not tried is next, until the round is over", () => {
  const next = (...tried: number[]): number | null =>
    nextBroker({ count: 3, tried: new Set(tried), redirect: null });
  equal(next(), 0);
  equal(next(0), 1);
  equal(next(0, 2), 1);
  equal(next(0, 1, 2), null);
});

Deno.test("where a broker sends us comes first, once a round", () => {
  equal(nextBroker({ count: 3, tried: new Set([0]), redirect: 2 }), 2);
  equal(nextBroker({ count: 3, tried: new Set([0, 2]), redirect: 0 }), 1);
  equal(nextBroker({ count: 2, tried: new Set([0, 1]), redirect: 0 }), null);
});

Deno.test("only a broker of the configuration can be meant", () => {
  equal(redirected("two:1", { brokers }), 1);
  equal(redirected("two", { brokers }), 1);
  equal(redirected("stranger:1 one:8883", { brokers }), 0);
  equal(redirected("[2001:db8::1]:443", { brokers }), 2);
  equal(redirected("one:1", { brokers }), null);
  equal(redirected("stranger", { brokers }), null);
  equal(redirected(undefined, { brokers }), null);
});
