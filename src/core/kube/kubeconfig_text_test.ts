/** What is written is what is read. */
import assert from "node:assert/strict";
import { type Kubeconfig, type KubeconfigCluster, parseKubeconfig } from "./kubeconfig.ts";
import { kubeconfigText, type KubeconfigUserText } from "./kubeconfig_text.ts";

const pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
const nobody = { certificate: undefined, token: undefined, login: undefined, exec: undefined };

const cases: readonly {
  readonly what: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUserText;
  readonly read: Kubeconfig["user"];
}[] = [
  {
    what: "an authority's text and a token",
    cluster: {
      server: "https://10.0.0.1:6443",
      authority: { kind: "text", text: pem },
      proxyUrl: undefined,
    },
    user: { token: "abcdef.0123456789abcdef" },
    read: { ...nobody, token: { kind: "text", text: "abcdef.0123456789abcdef" } },
  },
  {
    what: "an authority's file, a proxy and a certificate",
    cluster: {
      server: "https://[fd00::1]:6443",
      authority: { kind: "file", path: "/pki/ca.crt" },
      proxyUrl: "http://proxy:3128",
    },
    user: { certificatePath: "/pki/no: 1.pem" },
    read: {
      ...nobody,
      certificate: {
        certificate: { kind: "file", path: "/pki/no: 1.pem" },
        key: { kind: "file", path: "/pki/no: 1.pem" },
      },
    },
  },
  {
    what: "no authority",
    cluster: { server: "https://api.example", authority: undefined, proxyUrl: undefined },
    user: { token: "1e3" },
    read: { ...nobody, token: { kind: "text", text: "1e3" } },
  },
];
for (const { what, cluster, user, read } of cases) {
  Deno.test(`a kubeconfig with ${what} is written and read`, () => {
    const bytes = new TextEncoder().encode(kubeconfigText({ cluster, user }));
    assert.deepEqual(parseKubeconfig(bytes, { path: "/etc/kubeconfig" }), {
      ok: true,
      value: { cluster, user: read },
    });
  });
}
