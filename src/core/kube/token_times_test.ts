/** What a token says of its times. */
import assert from "node:assert/strict";
import { tokenTimes } from "./token_times.ts";

function encoded(value: unknown): string {
  const bytes = new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function token(claims: unknown): string {
  return [encoded({ alg: "RS256" }), encoded(claims), "c2ln"].join(".");
}

const cases = [
  {
    what: "a bound token",
    text: token({ exp: 1_800_000_000, iat: 1_700_000_000, sub: "system:serviceaccount:a:b" }),
    times: { issuedAt: 1_700_000_000_000, expiresAt: 1_800_000_000_000 },
  },
  {
    what: "times with a fraction",
    text: token({ exp: 2.5, iat: 1.25 }),
    times: { issuedAt: 1_250, expiresAt: 2_500 },
  },
  {
    what: "one that does not say when it was issued",
    text: token({ exp: 10 }),
    times: { issuedAt: null, expiresAt: 10_000 },
  },
  {
    what: "letters beyond ASCII",
    text: token({ exp: 1, sub: "ñ→" }),
    times: { issuedAt: null, expiresAt: 1_000 },
  },
  { what: "one without an end, of old", text: token({ sub: "x" }), times: null },
  { what: "an end that no date can tell", text: token({ exp: 1e20 }), times: null },
  { what: "an end that is no number", text: token({ exp: "tomorrow" }), times: null },
  { what: "claims that are a list", text: token([1]), times: null },
  { what: "claims that are no JSON", text: token("{exp"), times: null },
  { what: "claims that are no base64", text: "e30.**.c2ln", times: null },
  { what: "two parts", text: "e30.e30", times: null },
  { what: "four parts", text: `${token({ exp: 1 })}.x`, times: null },
  { what: "nothing", text: "", times: null },
];

for (const { what, text, times } of cases) {
  Deno.test(`token times: ${what}`, () => assert.deepEqual(tokenTimes(text), times));
}
