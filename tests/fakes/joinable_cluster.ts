/** A cluster that machines join by a token: its authority, and what it says of itself to whoever asks. */
import assert from "node:assert/strict";
import type { BootstrapToken } from "../../src/core/kube/bootstrap_token.ts";
import { detachedSignature } from "../../src/core/kube/cluster_info.ts";
import { parseCertificates } from "../../src/core/x509/certificate.ts";
import { fakeAuthority, newKey, privateKey } from "./certificate_authority.ts";

export interface JoinableCluster {
  readonly server: string;
  readonly token: BootstrapToken;
  /** PEM of its authority. */
  readonly ca: string;
  /** Hash of the authority's key. */
  readonly pin: string;
  /** The kubeconfig in `cluster-info`, which names `server` unless another is given. */
  kubeconfig(at?: string): string;
  /** The data of `cluster-info`: that kubeconfig, signed with the token. */
  info(at?: string): Readonly<Record<string, string>>;
}

export function joinableCluster(): JoinableCluster {
  const server = "https://10.0.0.1:6443";
  const token = { id: "abcdef", secret: "0123456789abcdef" };
  const ca = fakeAuthority().issue({
    subject: { commonName: "kubernetes" },
    serialNumber: 1n,
    notBefore: 0,
    notAfter: Date.UTC(2099, 0),
    dnsNames: [],
    ips: [],
  }, privateKey(newKey()).publicKey);
  const parsed = parseCertificates(ca);
  assert(parsed.ok);
  const kubeconfig = (at = server): string =>
    JSON.stringify({
      clusters: [{ name: "", cluster: { server: at, "certificate-authority-data": btoa(ca) } }],
    });
  function info(at?: string): Readonly<Record<string, string>> {
    const text = kubeconfig(at);
    return { kubeconfig: text, [`jws-kubeconfig-${token.id}`]: detachedSignature(text, token) };
  }
  return { server, token, ca, pin: parsed.value[0].publicKeyHash, kubeconfig, info };
}
