/** Messages say what they said, and nothing of them can be changed on their way. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { testAuthority } from "../../../tests/fakes/test_pki.ts";
import type { JournalEntry, JournalRecord } from "../journal/record.ts";
import type { Result } from "../result.ts";
import { packBatch, withoutRepeated } from "./batch.ts";
import { packBody } from "./body.ts";
import type { MessageHead } from "./envelope.ts";
import { bodyOf, isEnvelopeOf, readEnvelope, signedMessage } from "./message.ts";
import * as messages from "./messages.ts";
import { isLaterPresence, placeAfter } from "./order.ts";
import { isSignedBy, type RelaySigner, relaySigner } from "./signature.ts";
import { packState } from "./state_parts.ts";
import { parseRelayTopic, relayTopic } from "./topics.ts";

const bootId = "0b7f9f0c-6a3e-4d0f-8a55-0a1b2c3d4e5f";
const site = { cluster: "north", node: "edge-1" };
const topic = relayTopic({ ...site, class: "journal" });
const head: MessageHead = { topic, kind: "journal", session: 300, counter: 7 };

function good<T>(result: Result<T, unknown>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function nodeSigner(commonName = "system:node:edge-1"): RelaySigner {
  const pair = testAuthority("ca").issue({ commonName, purpose: "client" });
  return good(relaySigner(pair));
}

function record(sequence: number, entry: JournalEntry): JournalRecord {
  const at = 1_790_000_000_000 + sequence;
  return { sequence, at, monotonicMs: 0, bootId, isSynchronised: true, entry };
}

function event(sequence: number, first: number, count: number): JournalRecord {
  const about = { namespace: "default", name: "web", uid: "u", fieldPath: "" };
  const told = { type: "Normal" as const, reason: "Pulled", message: "", ...about };
  return record(sequence, { kind: "Event", event: told, first, firstSeen: 1, count });
}

const exit = record(1_204, {
  kind: "Changed",
  object: {
    kind: "Pod",
    namespace: "default",
    name: "sensor-7",
    uid: "6b1f3d0c-8f0b-4c38-9a52-1f2e3d4c5b6a",
  },
  changes: {
    phase: "Failed",
    conditions: {
      Ready: { status: "False", lastTransitionTime: "2026-11-25T10:00:07Z", reason: "PodFailed" },
      ContainersReady: {
        status: "False",
        lastTransitionTime: "2026-11-25T10:00:07Z",
        reason: "PodFailed",
      },
    },
    containerStatuses: {
      main: {
        ready: false,
        started: false,
        state: {
          running: null,
          terminated: {
            exitCode: 1,
            reason: "Error",
            startedAt: "2026-11-25T09:12:44Z",
            finishedAt: "2026-11-25T10:00:06Z",
            containerID:
              "containerd://8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab9159f51fd0297e236d",
          },
        },
      },
    },
  },
});

Deno.test("a batch comes as it was sent", () => {
  const signer = nodeSigner();
  const other = { ...exit, sequence: 1_205, bootId: "earlier", isSynchronised: false };
  const body = messages.batchBody({ records: [exit, other] }, { bootId });
  const payload = signedMessage(head, { body, signer });
  const { topic: place, envelope } = good(readEnvelope({ topic, payload }));
  assert.deepEqual(place, { ...site, class: "journal", part: 0 });
  assert.ok(isEnvelopeOf(signer.chain[0]!, envelope));
  assert.deepEqual([envelope.session, envelope.counter], [300, 7]);
  const { records } = good(messages.parseBatch(good(bodyOf(envelope)), { bootId }));
  assert.deepEqual(records, [exit, other]);
});

Deno.test("the end of a container takes no more than 270 bytes", () => {
  const body = messages.batchBody({ records: [exit] }, { bootId });
  const { length } = signedMessage(head, { body, signer: nodeSigner() });
  assert.ok(length <= 270, `${length} bytes`);
});

Deno.test("an acknowledgement takes no more than 80 bytes", () => {
  const down: MessageHead = {
    ...head,
    topic: relayTopic({ ...site, class: "down" }),
    kind: "acknowledgement",
  };
  const body = messages.acknowledgementBody({ refused: [], later: [] });
  const { length } = signedMessage(down, { body, signer: nodeSigner("skerry-bridge") });
  assert.ok(length <= 80, `${length} bytes`);
});

Deno.test("a message with another topic, number, kind or body is not the signer's", () => {
  const signer = nodeSigner();
  const payload = signedMessage(head, { body: { records: [] }, signer });
  const { envelope } = good(readEnvelope({ topic, payload }));
  const others = [
    { ...envelope, topic: relayTopic({ ...site, node: "edge-2", class: "journal" }) },
    { ...envelope, topic: relayTopic({ ...site, cluster: "south", class: "journal" }) },
    { ...envelope, session: 301 },
    { ...envelope, counter: 8 },
    { ...envelope, kind: "state" as const },
    { ...envelope, body: packBody({ records: [1] }) },
    { ...envelope, signature: envelope.signature.map((byte) => byte ^ 1) },
    { ...envelope, signature: new Uint8Array(0) },
  ];
  for (const other of others) assert.equal(isEnvelopeOf(signer.chain[0]!, other), false);
  assert.equal(isEnvelopeOf(nodeSigner().chain[0]!, envelope), false);
  assert.equal(isEnvelopeOf(new Uint8Array(3), envelope), false);
});

Deno.test("what is no message is told apart", () => {
  const payload = signedMessage(head, { body: {}, signer: nodeSigner() });
  const problem = (bytes: Uint8Array, on = topic): unknown => {
    const read = readEnvelope({ topic: on, payload: bytes });
    return read.ok ? "read" : read.error;
  };
  const changed = (at: number, byte: number): Uint8Array => payload.with(at, byte);
  assert.equal(problem(changed(0, 2)), "UnknownVersion");
  assert.equal(problem(changed(1, 40)), "UnknownKind");
  assert.equal(problem(changed(1, 1)), "WrongTopic");
  assert.equal(problem(payload, "skerry/v2/north/system:node:edge-1/journal"), "WrongTopic");
  for (const length of [0, 1, 2, 3, 5, 6, 40]) {
    assert.equal(problem(payload.slice(0, length)), "Malformed", `${length}`);
  }
});

Deno.test("bytes of chance are refused without an error", () => {
  for (let seed = 1; seed < 500; seed++) {
    const payload = Uint8Array.from(
      { length: seed % 90 },
      (_, at) => (seed * 31 + at * seed) % 251,
    );
    const read = readEnvelope({
      topic,
      payload: payload.length > 1 ? payload.with(0, 1).with(1, 3) : payload,
    });
    if (read.ok) {
      const body = bodyOf(read.value.envelope);
      if (body.ok) messages.parseBatch(body.value, { bootId });
    }
  }
});

Deno.test("keys of every kind that certificates have sign and verify", () => {
  const pair = testAuthority("ca").issue({ commonName: "x", purpose: "client" });
  const keys = [
    generateKeyPairSync("ec", { namedCurve: "P-384" }),
    generateKeyPairSync("rsa", { modulusLength: 2048 }),
    generateKeyPairSync("ed25519"),
  ];
  for (const { privateKey } of keys) {
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const signer = good(relaySigner({ certificate: pair.certificate, key }));
    assert.ok(signer.sign(Uint8Array.of(1)).length >= 64);
  }
  const signer = good(relaySigner(pair));
  const input = Uint8Array.of(1, 2, 3);
  assert.ok(isSignedBy(signer.chain[0]!, { input, signature: signer.sign(input) }));
});

Deno.test("presences, states, wishes and introductions come as they were sent", () => {
  const presence: messages.Presence = {
    state: "Relaying",
    connection: 2,
    bootId,
    version: "0.1.0",
    at: 1_790_000_000_000,
    isSynchronised: false,
    highest: 12,
    chain: nodeSigner().chain,
    bridges: ["ab"],
    nonce: "n",
  };
  const sent = (body: unknown): unknown => JSON.parse(JSON.stringify(body));
  assert.deepEqual(good(messages.parsePresence(sent(messages.presenceBody(presence)))), {
    ...presence,
    chain: presence.chain.map((der) => Uint8Array.from(der)),
  });
  const will = { ...presence, state: "Gone" as const, chain: [], bridges: [], nonce: "" };
  assert.deepEqual(good(messages.parsePresence(sent(messages.presenceBody(will)))), will);
  for (
    const wish of [
      { presence: "", state: false, sessionAbove: 0 },
      { presence: "n", state: true, sessionAbove: 5 },
    ]
  ) assert.deepEqual(good(messages.parseWish(sent(messages.wishBody(wish)))), wish);
  for (const [refused, later] of [[[], []], [[1, 5], []], [[], [9]]] as const) {
    const body = sent(messages.acknowledgementBody({ refused, later }));
    assert.deepEqual(good(messages.parseAcknowledgement(body)), { refused, later });
  }
});

for (
  const [what, body] of [
    ["a list", []],
    ["nothing", null],
    ["no state", { connection: 1, bootId, version: "", at: 0, highest: 0 }],
    ["a negative number", {
      state: "Gone",
      connection: -1,
      bootId,
      version: "",
      at: 0,
      highest: 0,
    }],
    ["a chain that is no base64", {
      state: "Gone",
      connection: 1,
      bootId,
      version: "",
      at: 0,
      highest: 0,
      chain: ["?"],
    }],
  ] as const
) {
  Deno.test(`a presence with ${what} is refused`, () => {
    assert.equal(messages.parsePresence(body).ok, false);
  });
}

Deno.test("a batch takes as many records as there is room for", () => {
  const records = Array.from(
    { length: 100 },
    (_, index) => ({ ...exit, sequence: index, at: exit.at + index * 7_919 ** 2 }),
  );
  const packed = packBatch(records, { maxBytes: 600, bootId });
  assert.ok(packed && packed.body.length <= 600 && packed.sequences.length > 1);
  assert.deepEqual(
    packed.sequences,
    records.slice(0, packed.sequences.length).map((each) => each.sequence),
  );
  assert.deepEqual(packBatch(records, { maxBytes: 1, bootId })?.sequences, [0]);
  assert.equal(packBatch([], { maxBytes: 600, bootId }), null);
});

Deno.test("an event that is repeated goes once, and all its records are told of", () => {
  const records = [event(5, 5, 1), event(6, 6, 1), event(7, 5, 2), event(8, 5, 3)];
  assert.deepEqual(withoutRepeated(records).map(({ sequence }) => sequence), [6, 8]);
  assert.deepEqual(packBatch(records, { maxBytes: 9_999, bootId })?.sequences, [5, 6, 7, 8]);
});

Deno.test("a state is cut into parts that fit", () => {
  const objects = Array.from({ length: 50 }, (_, index) => ({
    object: {
      kind: "Pod" as const,
      namespace: "default",
      name: `p-${index}`,
      uid: `${index}`.repeat(36),
    },
    status: { phase: "Running", n: Math.sin(index) },
  }));
  const parts = packState(objects, { first: 9, upTo: 70, maxBytes: 500 });
  assert.ok(parts.length > 1 && parts.every(({ length }) => length <= 500));
  const read = parts.map((body) => {
    const envelope = { ...head, signature: new Uint8Array(0), body };
    return good(messages.parseStatePart(good(bodyOf(envelope))));
  });
  assert.deepEqual(read.flatMap((part) => part.objects), objects);
  assert.ok(
    read.every((part) => part.parts === parts.length && part.first === 9 && part.upTo === 70),
  );
  assert.equal(packState([], { first: 1, upTo: 0, maxBytes: 500 }).length, 1);
});

Deno.test("a will counts after what was said over its connection, and before the next one", () => {
  const said = { session: 3, connection: 2, counter: 9, state: "Relaying" as const };
  const will = { session: 3, connection: 2, counter: 5, state: "Gone" as const };
  assert.ok(isLaterPresence(said, { than: null }));
  assert.ok(isLaterPresence(will, { than: said }));
  assert.equal(isLaterPresence({ ...will, connection: 1 }, { than: said }), false);
  assert.ok(isLaterPresence({ ...said, connection: 3, counter: 10 }, { than: will }));
  assert.equal(isLaterPresence(said, { than: said }), false);
  assert.equal(
    isLaterPresence({ ...said, session: 2, connection: 8, counter: 90 }, { than: said }),
    false,
  );
});

Deno.test("numbers go on, from one session to the next", () => {
  const last = { session: 3, counter: 9 };
  assert.equal(placeAfter(last, { last: null }), "Next");
  assert.equal(placeAfter(last, { last }), "Same");
  assert.equal(placeAfter({ session: 3, counter: 10 }, { last }), "Next");
  assert.equal(placeAfter({ session: 4, counter: 1 }, { last }), "Next");
  assert.equal(placeAfter({ session: 3, counter: 8 }, { last }), "Old");
  assert.equal(placeAfter({ session: 2, counter: 99 }, { last }), "Old");
});

Deno.test("topics are taken apart as they were put together", () => {
  for (const each of ["presence", "state", "journal", "down"] as const) {
    const text = relayTopic({ ...site, class: each });
    assert.deepEqual(good(parseRelayTopic(text)), { ...site, class: each, part: 0 });
  }
  const second = relayTopic({ ...site, class: "state", part: 1 });
  assert.equal(second, "skerry/v1/north/system:node:edge-1/state/1");
  assert.deepEqual(good(parseRelayTopic(second)), { ...site, class: "state", part: 1 });
  for (
    const text of [
      "skerry/v1/north/edge-1/state",
      "skerry/v1/north/system:node:/state",
      "skerry/v1/north/system:node:a/other",
      "skerry/v1/north/system:node:a/journal/1",
      "skerry/v1/north/system:node:a/state/01",
      "skerry/v1/north/system:node:a/state/1/2",
      "",
    ]
  ) assert.equal(parseRelayTopic(text).ok, false, text);
});
