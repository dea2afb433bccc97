/** The request, and which answers make a WebSocket of its connection. */
import assert from "node:assert/strict";
import { readUpgradeResponse, upgradeRequest } from "./handshake.ts";

/** The key and its answer in section 1.3 of RFC 6455. */
const key = "dGhlIHNhbXBsZSBub25jZQ==";
const good = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

Deno.test("the request asks for a WebSocket, and ends with an empty line", () => {
  const request = upgradeRequest({ host: "h:1", path: "/p", key, protocol: "mqtt" });
  assert.match(request, /^GET \/p HTTP\/1\.1\r\nHost: h:1\r\n/);
  assert.match(request, /\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n$/);
  assert.match(upgradeRequest({ host: "h:1", path: "/p", key }), /Version: 13\r\n\r\n$/);
});

Deno.test("the answer to our key opens it", () => {
  assert.equal(readUpgradeResponse(good, { key }).ok, true);
});

for (
  const [what, head, protocol] of [
    ["a refusal", "HTTP/1.1 403 Forbidden\r\n\r\n", undefined],
    ["nothing", "\r\n\r\n", undefined],
    ["the answer to another key", good.replace("s3p", "S3p"), undefined],
    ["an answer without the protocol", good, "mqtt"],
    [
      "an extension",
      good.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: x\r\n\r\n"),
      undefined,
    ],
  ] as const
) {
  Deno.test(`${what} does not open it`, () => {
    assert.equal(readUpgradeResponse(head, { key, protocol }).ok, false);
  });
}
