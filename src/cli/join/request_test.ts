/** The command line of `skerry join`. */
import assert from "node:assert/strict";
import { CliError } from "../command.ts";
import { ExitCode } from "../exit_codes.ts";
import { type JoinFlags, joinRequest } from "./request.ts";

const token = "abcdef.0123456789abcdef";
const caCertHash = [`sha256:${"0".repeat(64)}`];
const flags: JoinFlags = { token, caCertHash };

const servers = {
  "10.0.0.1": "https://10.0.0.1:6443",
  "10.0.0.1:443": "https://10.0.0.1:443",
  "https://api.example:8443/": "https://api.example:8443",
  "[fd00::1]:6443": "https://[fd00::1]:6443",
  "fd00::1": "https://[fd00::1]:6443",
};
for (const [text, server] of Object.entries(servers)) {
  Deno.test(`the server "${text}" is ${server}`, () => {
    assert.equal(joinRequest(text, flags).server, server);
  });
}

const wrong: readonly (readonly [server: string, flags: JoinFlags, message: RegExp])[] = [
  ["", flags, /^SERVER: expected HOST:PORT, found ""/],
  ["http://10.0.0.1:6443", flags, /^SERVER: expected HOST:PORT/],
  ["10.0.0.1:6443/api", flags, /^SERVER: expected HOST:PORT/],
  ["10.0.0.1:66666", flags, /^SERVER: expected HOST:PORT/],
  ["10.0.0.1", { caCertHash }, /^--token: expected six .* found 0 characters without a dot$/],
  ["10.0.0.1", { token, caCertHash: ["00"] }, /^--ca-cert-hash: expected sha256:HASH/],
  ["10.0.0.1", { token }, /^--ca-cert-hash is needed to know the cluster by$/],
];
for (const [server, given, message] of wrong) {
  Deno.test(`refused: skerry join "${server}" ${JSON.stringify(Object.keys(given))}, ${message}`, () => {
    assert.throws(() => joinRequest(server, given), (error) => {
      assert(error instanceof CliError);
      assert.equal(error.exitCode, ExitCode.usage);
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("who skips the check of the authority has no pins", () => {
  const skip = { token, caCertHash, discoveryUnsafeSkipCaVerification: true };
  assert.deepEqual(joinRequest("10.0.0.1", skip).pins, []);
});
