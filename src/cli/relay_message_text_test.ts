/** Messages of the relay as people and programs see them. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { testAuthority } from "../../tests/fakes/test_pki.ts";
import { fingerprintOf, relaySigner } from "../core/relay/signature.ts";
import type { TappedMessage } from "../core/relay/tapped_message.ts";
import { relayMessageObject, relayMessageText } from "./relay_message_text.ts";

const batch: TappedMessage = {
  at: Date.UTC(2026, 0, 1, 12, 0, 0, 250),
  direction: "up",
  topic: "skerry/v1/north/system:node:pi-1/journal",
  kind: "journal",
  session: 1_767_268_800,
  counter: 4,
  bytes: 312,
  verdict: "sent",
  problem: "",
  missed: 0,
  body: { records: [{ sequence: 9 }] },
};

function text(message: Partial<TappedMessage>, colors = false): string {
  return relayMessageText({ ...batch, ...message }, { colors });
}

Deno.test("a message is a line", () => {
  equal(
    text({}),
    "2026-01-01T12:00:00.250Z  ↑  journal          1767268800/4       312 B  sent      " +
      '{"records":[{"sequence":9}]}\n',
  );
  equal(
    text({ direction: "down", kind: "acknowledgement", verdict: "believed", body: {} }),
    "2026-01-01T12:00:00.250Z  ↓  acknowledgement  1767268800/4       312 B  believed  {}\n",
  );
});

Deno.test("what was dropped says why, in red, and where it stood if that was wrong", () => {
  const unread = { kind: null, session: null, counter: null, body: null } as const;
  const dropped = { direction: "down", verdict: "dropped" } as const;
  match(
    text({ ...unread, ...dropped, problem: "Malformed" }),
    / {2}- +- +312 B {2}dropped: Malformed\n$/,
  );
  const colored = text({ ...dropped, problem: "BadSignature" }, true);
  ok(colored.includes("\x1b[31mdropped: BadSignature\x1b[39m"));
  match(
    text({ ...dropped, problem: "WrongTopic", topic: "skerry/\x1b[2J" }),
    / {2}dropped: WrongTopic \(skerry\/\\x1b\[2J\) {2}/,
  );
});

Deno.test("what was left out is told before the message that follows", () => {
  match(text({ missed: 1 }), /^1 message was left out: more passed than could be shown\n2026-/);
  match(text({ missed: 43 }), /^43 messages were left out: /);
});

Deno.test("of a chain the owner and the fingerprint are shown, of bridges as much of theirs", () => {
  const pair = testAuthority("cluster").issue({
    commonName: "system:node:pi-1",
    purpose: "client",
  });
  const signer = relaySigner(pair);
  const own = signer.ok ? signer.value.chain[0] : undefined;
  if (own === undefined) throw new Error("no certificate");
  const print = fingerprintOf(own);
  const body = { state: "Relaying", chain: [own.toBase64(), "AAAA"], bridges: [print] };
  const short = print.slice(0, 16);
  const shown = text({ kind: "presence", body });
  equal(
    shown.slice(shown.indexOf("{")),
    `{"state":"Relaying","chain":"<2 certificates of system:node:pi-1, ${short}>","bridges":["${short}"]}\n`,
  );
  match(text({ body: { chain: ["AAAA"] } }), /"chain":"<1 certificate>"/);
  match(text({ body: { chain: [{}, 1] } }), /"chain":"<2 certificates>"/);
  match(text({ body: { chain: [] } }), /"chain":"<0 certificates>"/);
});

Deno.test("a terminal obeys no message", () => {
  const shown = text({ body: { message: "\u009b2J\u202e\n" } });
  equal(shown.slice(shown.indexOf("{")), '{"message":"\\x9b2J\\u202e\\n"}\n');
});

Deno.test("programs get the whole message, with its time as text", () => {
  const { at: _at, ...rest } = batch;
  deepEqual(relayMessageObject(batch), { time: "2026-01-01T12:00:00.250Z", ...rest });
});
