/** The tap: what those who look on see, and that the others' messages cost nothing. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import type { TappedMessage } from "../../core/relay/tapped_message.ts";
import type { BrokerMessage, Publication } from "../../ports/broker.ts";
import { createRelayTap } from "./tap.ts";

const publication: Publication = { topic: "up", payload: Uint8Array.of(1, 2) };
const message: BrokerMessage = { topic: "down", payload: Uint8Array.of(9), retained: false };
const told = ({ at, direction, verdict, problem, missed }: TappedMessage) => [
  at,
  direction,
  verdict,
  problem,
  missed,
];

function listening() {
  const clock = fakeClock(1_000);
  const tap = createRelayTap({ clock });
  const stop = new AbortController();
  const messages = tap.messages(stop.signal)[Symbol.asyncIterator]();
  const next = async () => told((await messages.next()).value);
  return { clock, tap, stop, messages, next };
}

Deno.test("both directions are seen when they pass", async () => {
  const { clock, tap, next } = listening();
  const first = next();
  tap.published(publication);
  assert.deepEqual(await first, [1_000, "up", "sent", "", 0]);
  await clock.advance(500);
  tap.heard(message, null);
  tap.heard(message, "UnknownSender");
  assert.deepEqual(await next(), [1_500, "down", "believed", "", 0]);
  assert.deepEqual(await next(), [1_500, "down", "dropped", "UnknownSender", 0]);
});

Deno.test("what passed before somebody looked on was not kept", async () => {
  const { clock, tap, next } = listening();
  tap.published(publication);
  const first = next();
  await clock.settle();
  tap.heard(message, null);
  assert.deepEqual((await first)[1], "down");
});

Deno.test("nobody's payload is touched while nobody looks on, nor after", async () => {
  const untouchable = {
    topic: "up",
    get payload(): Uint8Array {
      return assert.fail("it was read");
    },
  };
  const { tap, stop, messages } = listening();
  tap.published(untouchable);
  const waiting = messages.next();
  stop.abort();
  assert.equal((await waiting).done, true);
  tap.published(untouchable);
});

Deno.test("a reader that is slow misses the oldest, is told so, and costs the others nothing", async () => {
  const { clock, tap, next } = listening();
  const quick: TappedMessage[] = [];
  const ending = new AbortController();
  const reading = (async () => {
    for await (const each of tap.messages(ending.signal)) quick.push(each);
  })();
  const first = next();
  for (let i = 0; i < 300; i++) {
    tap.published(publication);
    await clock.settle();
  }
  assert.deepEqual((await first)[4], 0);
  // One was taken, 256 of the other 299 are there.
  assert.deepEqual((await next())[4], 43);
  for (let i = 1; i < 256; i++) assert.deepEqual((await next())[4], 0);
  ending.abort();
  await reading;
  assert.deepEqual([quick.length, quick.some(({ missed }) => missed > 0)], [300, false]);
});

Deno.test("no timer is left of a reader that has gone", async () => {
  const { clock, stop, messages } = listening();
  const waiting = messages.next();
  await clock.settle();
  stop.abort();
  await waiting;
  assert.equal(clock.pendingTimers, 0);
});
