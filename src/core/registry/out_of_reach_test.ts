/** What containerd 1.6 to 2.x says of pulls that fail. */
import assert from "node:assert/strict";
import { isOutOfReach } from "./out_of_reach.ts";

const image = "registry.example/app:1";
const resolving = `failed to pull and unpack image "${image}": failed to resolve reference ` +
  `"${image}": `;
const asking = `${resolving}failed to do request: Head ` +
  '"https://registry.example/v2/app/manifests/1": ';

const away: readonly string[] = [
  `${asking}dial tcp 192.0.2.1:443: connect: connection refused`,
  `${asking}dial tcp 192.0.2.1:443: connect: no route to host`,
  `${asking}dial tcp 192.0.2.1:443: i/o timeout`,
  `${asking}dial tcp: lookup registry.example: no such host`,
  `${asking}dial tcp: lookup registry.example: Temporary failure in name resolution`,
  `${asking}net/http: TLS handshake timeout`,
  `${asking}EOF`,
  `${asking}read tcp 192.0.2.9:41234->192.0.2.1:443: read: connection reset by peer`,
  `${asking}tls: failed to verify certificate: x509: certificate has expired or is not yet valid`,
  `${asking}http: server gave HTTP response to HTTPS client`,
  `${resolving}unexpected status from HEAD request to https://registry.example/v2/app/manifests/1: 503 Service Unavailable`,
  `${resolving}unexpected status code [manifests 1]: 502 Bad Gateway`,
  `failed to pull and unpack image "${image}": failed to copy: httpReadSeeker: failed open: ` +
  'failed to do request: Get "https://registry.example/v2/app/blobs/sha256:1": context deadline exceeded',
];
const answers: readonly string[] = [
  `rpc error: code = NotFound desc = ${resolving}${image}: not found`,
  `${resolving}pull access denied, repository does not exist or may require authorization`,
  `${resolving}failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized`,
  `${resolving}unexpected status from HEAD request to https://registry.example/v2/app/manifests/1: 403 Forbidden`,
  `${resolving}unexpected status from HEAD request to https://registry.example/v2/app/manifests/1: 429 Too Many Requests`,
  'failed to pull and unpack image "i/o timeout:1": no match for platform in manifest',
  "failed to extract layer: no space left on device",
];

for (const message of away) {
  Deno.test(`there is no registry behind: ${message}`, () => assert.ok(isOutOfReach(message)));
}
for (const message of answers) {
  Deno.test(`not the registry's absence: ${message}`, () => assert.ok(!isOutOfReach(message)));
}
