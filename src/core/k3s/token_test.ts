/** Tokens of k3s in all their forms, and what is said of a wrong one. */
import assert from "node:assert/strict";
import { authorizationOf, k3sTokenText, parseK3sToken } from "./token.ts";

const hash = "0123456789abcdef".repeat(4);
const bootstrap = "abcdef.0123456789abcdef";

const basic = (password: string): string => `Basic ${btoa(`node:${password}`)}`;

for (
  const { text, caHash, authorization, again } of [
    {
      text: `K10${hash}::server:a:b::c`,
      caHash: hash,
      authorization: basic("a:b::c"),
      again: `K10${hash}::node:a:b::c`,
    },
    { text: `K10${hash}::node:secret\n`, caHash: hash, authorization: basic("secret") },
    { text: `K10${hash.toUpperCase()}::node:x`, caHash: hash, authorization: basic("x") },
    { text: `K10${hash}::${bootstrap}`, caHash: hash, authorization: `Bearer ${bootstrap}` },
    { text: bootstrap, caHash: null, authorization: `Bearer ${bootstrap}` },
    { text: "only a password", caHash: null, authorization: basic("only a password") },
  ]
) {
  Deno.test(`the token ${text.slice(-30).trim()} is understood`, () => {
    const parsed = parseK3sToken(text);
    assert(parsed.ok);
    assert.equal(parsed.value.caHash, caHash);
    assert.equal(authorizationOf(parsed.value), authorization);
    const shown = k3sTokenText(parsed.value);
    assert.deepEqual(parseK3sToken(shown), parsed, "as text it is the same token");
    if (again !== undefined) assert.equal(shown, again);
  });
}

for (
  const [text, problem] of [
    ["", /^expected a token of k3s, found an empty text$/],
    ["K10abc", /^expected "::" behind the hash/],
    ["K10abc::server:TOP-SECRET", /^expected 64 hexadecimal digits .* found 3 characters$/],
    [`K10${"x".repeat(64)}::server:TOP-SECRET`, /^expected 64 hexadecimal digits .* found others$/],
    [`K10${hash}::TOP-SECRET`, /^expected USER:PASSWORD or ID\.SECRET behind "::"$/],
    [`K10${hash}::server:`, /^expected USER:PASSWORD or ID\.SECRET behind "::"$/],
  ] as const
) {
  Deno.test(`the token ${JSON.stringify(text.slice(0, 20))} is refused, and its secret not shown`, () => {
    const parsed = parseK3sToken(text);
    assert(!parsed.ok);
    assert.match(parsed.error, problem);
    assert.doesNotMatch(parsed.error, /TOP-SECRET/);
  });
}
