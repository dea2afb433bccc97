/** Which server and which credential a kubeconfig means, and what is said of one that cannot be used. */
import assert from "node:assert/strict";
import { stringify } from "yaml";
import { parseKubeconfig } from "./kubeconfig.ts";

const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

function read(text: string) {
  return parseKubeconfig(new TextEncoder().encode(text), { path: "/etc/skerry/kube.conf" });
}

function withUser(user: unknown, cluster: object = { server: "https://10.0.0.1:6443/" }) {
  return read(stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "other", cluster: {} }, { name: "edge", cluster }],
    users: [{ name: "node", user }],
    contexts: [{ name: "it", context: { cluster: "edge", user: "node", namespace: "x" } }],
    "current-context": "it",
    preferences: {},
  }));
}

function userOf(user: unknown) {
  const parsed = withUser(user);
  assert(parsed.ok, JSON.stringify(parsed));
  return parsed.value.user;
}

function problems(parsed: ReturnType<typeof read>): readonly string[] {
  assert(!parsed.ok);
  return parsed.error.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

Deno.test("the current context's cluster counts", () => {
  const parsed = withUser({}, {
    server: "https://10.0.0.1:6443/",
    "certificate-authority-data": btoa(pem),
    "certificate-authority": "ignored.crt",
    "proxy-url": "http://proxy:3128",
  });
  assert(parsed.ok);
  assert.deepEqual(parsed.value.cluster, {
    server: "https://10.0.0.1:6443",
    authority: { kind: "text", text: pem },
    proxyUrl: "http://proxy:3128",
  });
});

const nobody = { certificate: undefined, token: undefined, login: undefined, exec: undefined };
const file = (path: string) => ({ kind: "file", path });

const users: readonly (readonly [what: string, user: unknown, expected: object])[] = [
  ["nobody", null, {}],
  ["a token", { token: "abc" }, { token: { kind: "text", text: "abc" } }],
  ["a file before a text", { token: "abc", tokenFile: "t" }, { token: file("/etc/skerry/t") }],
  ["a login", { username: "u", password: "p" }, { login: { username: "u", password: "p" } }],
  [
    "files relative to the kubeconfig, or absolute",
    { "client-certificate": "pki/a.crt", "client-key": "/pki/a.key" },
    {
      certificate: { certificate: file("/etc/skerry/pki/a.crt"), key: file("/pki/a.key") },
    },
  ],
  [
    "data before files",
    { "client-certificate": "a", "client-certificate-data": btoa(pem), "client-key-data": "S0VZ" },
    {
      certificate: {
        certificate: { kind: "text", text: pem },
        key: { kind: "text", text: "KEY" },
      },
    },
  ],
  [
    "a program",
    {
      exec: {
        apiVersion: "client.authentication.k8s.io/v1beta1",
        command: "bin/login",
        args: ["--now"],
        env: [{ name: "A", value: "1" }],
        provideClusterInfo: false,
      },
    },
    {
      exec: {
        apiVersion: "client.authentication.k8s.io/v1beta1",
        command: "/etc/skerry/bin/login",
        args: ["--now"],
        env: { A: "1" },
        installHint: "",
        provideClusterInfo: false,
      },
    },
  ],
];

for (const [what, user, expected] of users) {
  Deno.test(`a user: ${what}`, () => assert.deepEqual(userOf(user), { ...nobody, ...expected }));
}

Deno.test("JSON is read as well, and what other programs keep in the file is left aside", () => {
  const parsed = read(JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://x", extensions: [{ name: "mine" }] } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "" } }],
    users: null,
    "current-context": "c",
    anything: [1],
  }));
  assert(parsed.ok);
  assert.deepEqual(parsed.value.user, nobody);
});

const bad: readonly (readonly [text: string, problem: RegExp])[] = [
  ["", /^1:1: the file is empty/],
  ["a: [", /^1:/],
  ["- 1", /^1:1: expected a map/],
  ["clusters: {}", /^1:1: clusters: expected a list/],
  ["clusters:\n- name: 5", /^2:\d+: clusters\[0\]\.name: expected a string/],
  ["{}", /current-context: required, but not there; contexts has nothing/],
  [
    "current-context: x\ncontexts: [{name: edge, context: {}}]",
    /^1:1: current-context: "x" is not there; contexts has "edge"/,
  ],
  [
    "current-context: x\ncontexts:\n- name: x\n  context:\n    cluster: gone",
    /^5:5: contexts\[0\]\.context\.cluster: "gone" is not there; clusters has nothing/,
  ],
];

for (const [text, expected] of bad) {
  Deno.test(`not a kubeconfig: ${JSON.stringify(text)}`, () =>
    assert.match(problems(read(text))[0] ?? "", expected));
}

const badClusters: readonly (readonly [cluster: object, problem: RegExp])[] = [
  [{}, /cluster\.server: expected a URL/],
  [{ server: "10.0.0.1:6443" }, /cluster\.server: expected a URL/],
  [{ server: "https://x", "proxy-url": "ftp://x" }, /proxy-url: expected a URL with http/],
  [
    { server: "https://x", "insecure-skip-tls-verify": true },
    /insecure-skip-tls-verify: not supported.*certificate-authority-data/,
  ],
  [{ server: "https://x", "tls-server-name": "edge" }, /tls-server-name: not supported.*server/],
  [{ server: "https://x", "certificate-authority-data": "%" }, /data: expected base64/],
  [{ server: "https://x", "certificate-authority-data": btoa("x") }, /expected a certificate/],
];

for (const [cluster, expected] of badClusters) {
  Deno.test(`a cluster that cannot be used: ${JSON.stringify(cluster)}`, () =>
    assert.match(problems(withUser({}, cluster)).join("\n"), expected));
}

const plugin = { apiVersion: "client.authentication.k8s.io/v1", command: "x" };
const badUsers: readonly (readonly [user: object, problem: RegExp])[] = [
  [{ "client-certificate": "a" }, /client-key: required with client-certificate/],
  [{ "client-key": "a" }, /client-certificate: required with client-key/],
  [{ as: "admin" }, /user\.as: not supported/],
  [{ "auth-provider": { name: "gcp" } }, /auth-provider: not supported.*exec/],
  [{ exec: { ...plugin, apiVersion: "v1" } }, /exec\.apiVersion: expected client\.auth/],
  [{ exec: { ...plugin, command: "" } }, /exec\.command: required/],
  [{ exec: { ...plugin, interactiveMode: "Always" } }, /interactiveMode: expected Never or/],
  [{ exec: plugin }, /interactiveMode: expected Never or/],
];

for (const [user, expected] of badUsers) {
  Deno.test(`a user that cannot be used: ${JSON.stringify(user)}`, () =>
    assert.match(problems(withUser(user)).join("\n"), expected));
}

Deno.test("a problem with a secret does not show it", () => {
  const parsed = withUser({ "client-key-data": "hunter2%", token: 7 });
  assert.doesNotMatch(problems(parsed).join("\n"), /hunter2/);
});
