/** The certificates and kubeconfigs of a lab's cluster. */
import { stringify } from "yaml";
import { run } from "./run.ts";

/** A certificate to be made. */
export interface CertificateRequest {
  /** Of the files: NAME.crt and NAME.key. */
  readonly name: string;
  /** A client's user name. */
  readonly commonName: string;
  /** A client's groups. */
  readonly organizations?: readonly string[];
  /** A server's DNS names and IP addresses. */
  readonly hosts?: readonly string[];
  /** The name of an authority made before; without one the certificate is an authority itself. */
  readonly signer?: string;
  /** RFC 3339; by default it is valid now and for a day. */
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** A client's certificate and its key, as PEM. */
export interface ClientCertificate {
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** A folder of certificates. */
export interface Pki {
  readonly dir: string;
  issue(requests: readonly CertificateRequest[]): Promise<void>;
  /** One that was issued before. */
  client(name: string): Promise<ClientCertificate>;
}

export function pki(dir: string, { program }: { readonly program: string }): Pki {
  return {
    dir,
    issue: async (requests) => {
      await run([program, dir], { stdin: JSON.stringify(requests) });
    },
    client: async (name) => ({
      clientCertificate: await Deno.readTextFile(`${dir}/${name}.crt`),
      clientKey: await Deno.readTextFile(`${dir}/${name}.key`),
    }),
  };
}

/** What a control plane needs; its authority is named `ca`. @see https://kubernetes.io/docs/setup/best-practices/certificates/ */
export function controlPlaneCertificates(nodeAddress: string): readonly CertificateRequest[] {
  const signer = "ca";
  const names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  const masters = ["system:masters"];
  return [
    { name: "ca", commonName: "kubernetes" },
    { name: "service-accounts", commonName: "service-accounts" },
    {
      name: "api-server",
      commonName: "kube-apiserver",
      hosts: [...names, "localhost", "127.0.0.1", "10.96.0.1", nodeAddress],
      signer,
    },
    { name: "api-server-to-node", commonName: "api-server", organizations: masters, signer },
    { name: "front-proxy", commonName: "front-proxy-client", signer },
    { name: "admin", commonName: "kubernetes-admin", organizations: masters, signer },
    { name: "controller-manager", commonName: "system:kube-controller-manager", signer },
    { name: "scheduler", commonName: "system:kube-scheduler", signer },
  ];
}

/** Who asks whom. */
export interface KubeconfigSpec {
  /** Such as `https://10.99.0.1:6443`. */
  readonly server: string;
  /** PEM of the authority that the server must show a certificate of. */
  readonly ca: string;
  /** Without one it asks as nobody. */
  readonly user?: ClientCertificate | { readonly token: string };
}

/** A kubeconfig that needs no other file. */
export function kubeconfig({ server, ca, user }: KubeconfigSpec): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "lab", cluster: { server, "certificate-authority-data": btoa(ca) } }],
    users: user === undefined ? [] : [{ name: "user", user: credentials(user) }],
    contexts: [{
      name: "lab",
      context: { cluster: "lab", user: user === undefined ? "" : "user" },
    }],
    "current-context": "lab",
  });
}

function credentials(user: NonNullable<KubeconfigSpec["user"]>) {
  if ("token" in user) return user;
  return {
    "client-certificate-data": btoa(user.clientCertificate),
    "client-key-data": btoa(user.clientKey),
  };
}
