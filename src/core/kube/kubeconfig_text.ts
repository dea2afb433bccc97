/** Writes kubeconfigs of one cluster and one user. @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
import { stringify } from "yaml";
import type { Content, KubeconfigCluster } from "./kubeconfig.ts";

/** With what the user proves who it is. */
export type KubeconfigUserText =
  /** One file holds the certificate and its key. */
  | { readonly certificatePath: string }
  | { readonly token: string };

/** The names in it are those that the kubelet writes. */
export function kubeconfigText(
  { cluster, user }: { readonly cluster: KubeconfigCluster; readonly user: KubeconfigUserText },
): string {
  const names = { cluster: "default-cluster", user: "default-auth", context: "default-context" };
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: names.cluster, cluster: clusterFields(cluster) }],
    users: [{ name: names.user, user: userFields(user) }],
    contexts: [{
      name: names.context,
      context: { cluster: names.cluster, user: names.user, namespace: "default" },
    }],
    "current-context": names.context,
  };
  return stringify(kubeconfig, { compat: "yaml-1.1", indentSeq: false, lineWidth: 0 });
}

function clusterFields({ server, authority, proxyUrl }: KubeconfigCluster): object {
  return {
    server,
    ...(authority !== undefined && authorityField(authority)),
    ...(proxyUrl !== undefined && { "proxy-url": proxyUrl }),
  };
}

function authorityField(authority: Content): object {
  if (authority.kind === "file") return { "certificate-authority": authority.path };
  return { "certificate-authority-data": new TextEncoder().encode(authority.text).toBase64() };
}

function userFields(user: KubeconfigUserText): object {
  if ("token" in user) return { token: user.token };
  return { "client-certificate": user.certificatePath, "client-key": user.certificatePath };
}
