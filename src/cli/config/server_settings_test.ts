/** What the configuration says of the kubelet's HTTPS API, and what it cannot say. */
import assert from "node:assert/strict";
import {
  configurationOf,
  kubeletDocument,
  problemsOf,
} from "../../../tests/fakes/configuration_files.ts";

const path = "/etc/skerry/config.yaml";

Deno.test("fields of the file become settings of the server", async () => {
  const file = kubeletDocument(
    "address: 10.0.0.1",
    "port: 10350",
    "readOnlyPort: 10255",
    "tlsMinVersion: VersionTLS13",
    "tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_128_CBC_SHA]",
    "authentication: {x509: {clientCAFile: ca.crt}, webhook: {enabled: false}, anonymous: {enabled: true}}",
    "authorization: {mode: AlwaysAllow}",
    "enableDebuggingHandlers: false",
    "enableSystemLogHandler: false",
    "enableProfilingHandler: true",
    "enableDebugFlagsHandler: true",
    "healthzPort: 0",
  );
  const { server, healthz, cluster, warnings } = await configurationOf({ files: { [path]: file } });
  assert.deepEqual(server, {
    address: "10.0.0.1",
    port: 10350,
    readOnlyPort: 10255,
    tls: { minVersion: "TLSv1.3", ciphers: ["ECDHE-RSA-AES128-GCM-SHA256"] },
    auth: {
      clientCaFile: "/etc/skerry/ca.crt",
      anonymous: true,
      tokenReview: null,
      accessReview: null,
    },
    debuggingHandlers: false,
    systemLogs: false,
    profiling: true,
    debugFlags: true,
  });
  assert.equal(healthz, null);
  assert.equal(cluster.kubeletPort, 10350);
  assert.deepEqual(warnings, []);
});

Deno.test("flags have the kubelet's names", async () => {
  const { server, healthz } = await configurationOf({
    flags: {
      address: "::1",
      port: "10351",
      clientCaFile: "/ca.crt",
      anonymousAuth: "true",
      authenticationTokenWebhook: "false",
      authorizationMode: "AlwaysAllow",
      tlsMinVersion: "VersionTLS13",
      healthzPort: "10249",
      healthzBindAddress: "::1",
    },
  });
  assert.equal(server?.address, "::1");
  assert.equal(server?.port, 10351);
  assert.deepEqual(server?.auth, {
    clientCaFile: "/ca.crt",
    anonymous: true,
    tokenReview: null,
    accessReview: null,
  });
  assert.equal(server?.tls.minVersion, "TLSv1.3");
  assert.deepEqual(healthz, { address: "::1", port: 10249 });
});

Deno.test("a node may serve nothing at all", async () => {
  const { server, cluster } = await configurationOf({ flags: { enableServer: "false" } });
  assert.equal(server, null);
  assert.equal(cluster.kubeletPort, null);
});

const wrong: Readonly<Record<string, string>> = {
  "port: -1": "3:1: port: expected a number from 1 to 65535, found -1",
  "address: here": '3:1: address: expected an IP address, found "here"',
  "tlsMinVersion: TLS12": "3:1: tlsMinVersion: expected " +
    '"VersionTLS10", "VersionTLS11", "VersionTLS12" or "VersionTLS13", found "TLS12"',
  "tlsCipherSuites: [ECDHE-RSA-AES128-GCM-SHA256]":
    "3:19: tlsCipherSuites[0]: expected the name that Go has for a cipher suite, " +
    'such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, found "ECDHE-RSA-AES128-GCM-SHA256"',
  "tlsCipherSuites: [TLS_RSA_WITH_RC4_128_SHA]":
    "3:1: tlsCipherSuites: expected at least one with ECDHE and AES-GCM or ChaCha20: " +
    "the others are too weak to be had",
  "readOnlyPort: 10250":
    "3:1: readOnlyPort: expected another port than that of port, found 10250 for both",
  "authorization: {mode: RBAC}":
    '3:17: authorization.mode: expected "AlwaysAllow" or "Webhook", found "RBAC"',
  "authentication: {x509: {clientCAFile: /proc/ca}}":
    "3:25: authentication.x509.clientCAFile: expected a path outside /proc, /sys and /dev, " +
    'found "/proc/ca"',
};
for (const [field, problem] of Object.entries(wrong)) {
  Deno.test(`refused: ${field}`, async () => {
    const problems = await problemsOf({ files: { [path]: kubeletDocument(field) } });
    assert.deepEqual(problems, [`${path}:${problem}`]);
  });
}
