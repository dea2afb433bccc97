/** What is shown of a message, also of one that is none. */
import assert from "node:assert/strict";
import { packBody } from "./body.ts";
import { signedPacked } from "./message.ts";
import { type TakenMessage, tappedMessage } from "./tapped_message.ts";

const signer = { sign: () => new Uint8Array(64) };
const topic = "skerry/v1/north/system:node:pi-1/journal";

function taken(body: unknown, about: Partial<TakenMessage> = {}): TakenMessage {
  const head = { topic, kind: "journal", session: 300, counter: 7 } as const;
  const payload = signedPacked(head, { body: packBody(body), signer });
  return { at: 1, direction: "up", topic, payload, problem: null, missed: 0, ...about };
}

Deno.test("a message is shown with its number, its size and its body", () => {
  const message = taken({ records: [] }, { missed: 3 });
  assert.deepEqual(tappedMessage(message), {
    at: 1,
    direction: "up",
    topic,
    kind: "journal",
    session: 300,
    counter: 7,
    bytes: message.payload.length,
    verdict: "sent",
    problem: "",
    missed: 3,
    body: { records: [] },
  });
});

Deno.test("how a message fared", () => {
  const verdict = (about: Partial<TakenMessage>) => tappedMessage(taken({}, about)).verdict;
  assert.equal(verdict({}), "sent");
  assert.equal(verdict({ direction: "down" }), "believed");
  assert.equal(verdict({ direction: "down", problem: "Replayed" }), "dropped");
});

Deno.test("what is no message has a size alone", () => {
  const payload = Uint8Array.of(9, 9);
  const shown = tappedMessage(taken({}, { payload, direction: "down", problem: "UnknownVersion" }));
  const { kind, session, counter, bytes, body } = shown;
  assert.deepEqual([kind, session, counter, bytes, body], [null, null, null, 2, null]);
});

Deno.test("a body that nobody vouches for is not unpacked far", () => {
  const body = { text: "x".repeat(100_000) };
  const direction = "down";
  assert.deepEqual(tappedMessage(taken(body, { direction })).body, body);
  assert.equal(tappedMessage(taken(body, { direction, problem: "UnknownSender" })).body, null);
});
