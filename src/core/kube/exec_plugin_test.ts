/** What a credential plugin is told, and what is taken from it. */
import assert from "node:assert/strict";
import { execInfo, type ExecPlugin, readExecCredential } from "./exec_plugin.ts";

const plugin: ExecPlugin = {
  apiVersion: "client.authentication.k8s.io/v1",
  command: "login",
  args: [],
  env: {},
  installHint: "",
  provideClusterInfo: false,
};
const cluster = { server: "https://x", authorityPem: "PEM", proxyUrl: undefined };

Deno.test("a plugin is told of the cluster where it wants to be", () => {
  const { apiVersion } = plugin;
  assert.deepEqual(JSON.parse(execInfo(plugin, cluster)), {
    kind: "ExecCredential",
    apiVersion,
    spec: { interactive: false },
  });
  const told = JSON.parse(execInfo({ ...plugin, provideClusterInfo: true }, cluster));
  assert.deepEqual(told.spec.cluster, {
    server: "https://x",
    "certificate-authority-data": btoa("PEM"),
  });
});

function answer(status: unknown, apiVersion = plugin.apiVersion) {
  return readExecCredential(JSON.stringify({ kind: "ExecCredential", apiVersion, status }), plugin);
}

Deno.test("a token, a certificate, and the time of their end are taken", () => {
  const expirationTimestamp = "2026-01-01T00:00:00Z";
  assert.deepEqual(answer({ token: "t", expirationTimestamp }), {
    ok: true,
    value: { token: "t", certificate: undefined, expires: Date.UTC(2026, 0, 1) },
  });
  assert.deepEqual(answer({ clientCertificateData: "c", clientKeyData: "k" }), {
    ok: true,
    value: { token: undefined, certificate: { certPem: "c", keyPem: "k" }, expires: undefined },
  });
});

const bad: readonly (readonly [output: string, problem: RegExp])[] = [
  ["", /no ExecCredential/],
  ["hunter2", /no ExecCredential/],
  ['{"kind":"Pod"}', /no ExecCredential/],
  ['{"kind":"ExecCredential","apiVersion":"other"}', /another version than client/],
];

for (const [output, expected] of bad) {
  Deno.test(`an answer that is none: ${output}`, () => {
    const read = readExecCredential(output, plugin);
    assert(!read.ok);
    assert.match(read.error, expected);
    assert.doesNotMatch(read.error, /hunter2/);
  });
}

Deno.test("half an answer is none", () => {
  for (const status of [undefined, {}, { token: "" }, { clientKeyData: "k" }]) {
    assert.equal(answer(status).ok, false);
  }
});
