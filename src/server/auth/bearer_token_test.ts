/** Tokens are found where clients put them, and nowhere else. */
import assert from "node:assert/strict";
import { bearerToken, webSocketToken, withoutTokens } from "./bearer_token.ts";

const headers: readonly (readonly [string | undefined, string | null])[] = [
  [undefined, null],
  ["", null],
  ["Bearer", null],
  ["Bearer ", null],
  ["Bearer  abc", null],
  ["Bearer abc", "abc"],
  ["bEARER abc", "abc"],
  ["  Bearer abc  ", "abc"],
  ["Bearer abc def", "abc"],
  ["Basic abc", null],
  ["BearerX abc", null],
  ["abc", null],
];
for (const [header, token] of headers) {
  Deno.test(`Authorization: ${header === undefined ? "(none)" : `"${header}"`}`, () => {
    assert.equal(bearerToken(header), token);
  });
}

const prefix = "base64url.bearer.authorization.k8s.io.";
/** The header, the token in it, and what is left for the server behind. */
const protocols: readonly (readonly [string, string | null, string])[] = [
  ["", null, ""],
  ["v4.channel.k8s.io", null, "v4.channel.k8s.io"],
  [`${prefix}YWJj, v4.channel.k8s.io`, "abc", "v4.channel.k8s.io"],
  [
    `v5.channel.k8s.io,${prefix}YWJj,v4.channel.k8s.io`,
    "abc",
    "v5.channel.k8s.io,v4.channel.k8s.io",
  ],
  [`${prefix}YWJj`, null, ""],
  [`${prefix}YWI=, v4.channel.k8s.io`, null, "v4.channel.k8s.io"],
  [`${prefix}!, v4.channel.k8s.io`, null, "v4.channel.k8s.io"],
  [`${prefix}_w, v4.channel.k8s.io`, null, "v4.channel.k8s.io"],
  [`${prefix}YWJj, ${prefix}YWJj, v4.channel.k8s.io`, null, "v4.channel.k8s.io"],
];
for (const [header, token, others] of protocols) {
  Deno.test(`Sec-WebSocket-Protocol: ${header}`, () => {
    assert.equal(webSocketToken(header), token);
    assert.equal(withoutTokens(header), others);
  });
}
