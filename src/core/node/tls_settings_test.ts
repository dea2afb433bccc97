/** Which names of versions and cipher suites are known, and what becomes of them. */
import assert from "node:assert/strict";
import { isCipherSuite, tlsSettings } from "./tls_settings.ts";

Deno.test("older versions than 1.2 are never spoken", () => {
  const lowest = (minVersion: string) => tlsSettings({ minVersion, cipherSuites: [] }).minVersion;
  assert.deepEqual(
    ["VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"].map(lowest),
    ["TLSv1.2", "TLSv1.2", "TLSv1.2", "TLSv1.3"],
  );
});

Deno.test("of the suites that are named those count that can be had, each once", () => {
  const { ciphers } = tlsSettings({
    minVersion: "VersionTLS12",
    cipherSuites: [
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
      "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
      "TLS_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_AES_128_GCM_SHA256",
    ],
  });
  assert.deepEqual(ciphers, ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"]);
  assert.equal(tlsSettings({ minVersion: "VersionTLS12", cipherSuites: [] }).ciphers, null);
});

Deno.test("names are Go's", () => {
  assert.ok(isCipherSuite("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
  assert.ok(isCipherSuite("TLS_RSA_WITH_RC4_128_SHA"));
  for (const name of ["", "ECDHE-RSA-AES128-GCM-SHA256", "TLS_FAST", "toString"]) {
    assert.ok(!isCipherSuite(name), name);
  }
});
