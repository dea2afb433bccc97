/** By what one cluster is told from another. */

/** UIDs; "" where it could not be read, or is not there. */
export interface ClusterIdentity {
  /** Of the namespace kube-system, which a cluster has from its first moment on. A node may read it only where it is allowed to. */
  readonly kubeSystem: string;
  /** Of this node's own Node: it changes with the cluster, but also when somebody has deleted the Node. */
  readonly node: string;
}

/** By the namespace where both are known, else by the Node. */
export function isSameCluster(one: ClusterIdentity, other: ClusterIdentity): boolean {
  const areKnown = one.kubeSystem !== "" && other.kubeSystem !== "";
  return areKnown ? one.kubeSystem === other.kubeSystem : one.node === other.node;
}

/** What is remembered after the same cluster was seen again: what cannot be read now is as it was. */
export function refreshed(known: ClusterIdentity, now: ClusterIdentity): ClusterIdentity {
  return { kubeSystem: now.kubeSystem || known.kubeSystem, node: now.node || known.node };
}

/** As it is stored. */
export function identityText({ kubeSystem, node }: ClusterIdentity): string {
  return `${kubeSystem} ${node}`;
}

/** Null for what is none. */
export function parseIdentity(text: string): ClusterIdentity | null {
  const [kubeSystem = "", node = "", ...rest] = text.split(" ");
  return rest.length > 0 || kubeSystem + node === "" ? null : { kubeSystem, node };
}
