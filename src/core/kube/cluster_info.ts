/** The `cluster-info` ConfigMap, by which a machine with a bootstrap token learns whom to trust. @see https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#configmap-signing */
import { createHmac, timingSafeEqual } from "node:crypto";
import { parseLocatedYaml } from "../located_yaml.ts";
import { isPlainMap } from "../plain_map.ts";
import { failure, type Result, success } from "../result.ts";
import { type BootstrapToken, tokenText } from "./bootstrap_token.ts";
import { configMaps, type ObjectRef } from "./resource.ts";

/** Where it is. Whoever asks may read it. */
export const CLUSTER_INFO: ObjectRef = {
  resource: configMaps,
  namespace: "kube-public",
  name: "cluster-info",
};

/** What it says of the cluster. */
export interface ClusterInfo {
  /** The kubeconfig as it was signed: that of another reading must be the same. */
  readonly kubeconfig: string;
  /** Such as `https://10.0.0.1:6443`: may be another address than the one that was asked. */
  readonly server: string;
  /** In PEM. */
  readonly certificateAuthority: string;
}

/** Why what was read cannot be used; `mayCome` where waiting can help. */
export interface ClusterInfoProblem {
  readonly message: string;
  /** The signature of a new token is added some seconds after the token was made. */
  readonly mayCome: boolean;
}

/** Takes the ConfigMap's data only with a signature that the token's secret makes. */
export function readClusterInfo(
  data: Readonly<Record<string, string>>,
  token: BootstrapToken,
): Result<ClusterInfo, ClusterInfoProblem> {
  const kubeconfig = data["kubeconfig"] ?? "";
  if (kubeconfig === "") {
    return never(
      "the cluster-info ConfigMap has no kubeconfig: this cluster knows no joining by token",
    );
  }
  const signature = data[`jws-kubeconfig-${token.id}`] ?? "";
  if (signature === "") {
    const message = `the cluster does not know the token ${token.id}, or it has expired; ` +
      "`kubeadm token create` makes a new one";
    return failure({ message, mayCome: true });
  }
  if (!isSigned({ kubeconfig, signature }, token)) {
    return never(
      `the server's cluster-info is not signed with the secret of the token ${token.id}: ` +
        "the part after the dot is another cluster's or mistyped, or the server is not the one to trust",
    );
  }
  const cluster = clusterOf(kubeconfig);
  return cluster.ok ? success({ kubeconfig, ...cluster.value }) : never(cluster.error);
}

function never(message: string): Result<never, ClusterInfoProblem> {
  return failure({ message, mayCome: false });
}

/** The detached signature of a text with a token's secret. @see https://www.rfc-editor.org/rfc/rfc7515#appendix-F */
export function detachedSignature(content: string, token: BootstrapToken): string {
  const header = base64url(JSON.stringify({ alg: "HS256", kid: token.id }));
  const mac = createHmac("sha256", token.secret).update(`${header}.${base64url(content)}`);
  return `${header}..${mac.digest("base64url")}`;
}

function isSigned(
  { kubeconfig, signature }: { readonly kubeconfig: string; readonly signature: string },
  token: BootstrapToken,
): boolean {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const expected = bytes(detachedSignature(kubeconfig, token));
  const found = bytes(signature);
  return found.length === expected.length && timingSafeEqual(found, expected);
}

function base64url(text: string): string {
  const options = { alphabet: "base64url", omitPadding: true } as const;
  return new TextEncoder().encode(text).toBase64(options);
}

/** The cluster without a name, which kubeadm writes, else the only one. */
function clusterOf(kubeconfig: string): Result<Omit<ClusterInfo, "kubeconfig">> {
  const parsed = parseLocatedYaml(kubeconfig);
  const document = parsed.ok ? parsed.value[0]?.value : undefined;
  const entries = isPlainMap(document) ? document["clusters"] : undefined;
  const clusters = Array.isArray(entries) ? entries.filter(isPlainMap) : [];
  const entry = clusters.find(({ name }) => name === "") ?? clusters[0];
  const cluster = isPlainMap(entry?.["cluster"]) ? entry["cluster"] : {};
  const { server, "certificate-authority-data": authority } = cluster;
  if (typeof server !== "string" || typeof authority !== "string") {
    return failure(
      "the kubeconfig in cluster-info names no server with certificate-authority-data",
    );
  }
  try {
    const certificateAuthority = new TextDecoder().decode(Uint8Array.fromBase64(authority));
    return success({ server, certificateAuthority });
  } catch {
    return failure("certificate-authority-data in cluster-info is no base64");
  }
}

/** The `Authorization` header that a bootstrap token makes. */
export function bearer(token: BootstrapToken): string {
  return `Bearer ${tokenText(token)}`;
}
