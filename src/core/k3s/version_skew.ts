/** Whether a kubelet of one release may work with an API server of another. @see https://kubernetes.io/releases/version-skew-policy/ */

/** Such as `v1.33.4+k3s1`; "" where they go together, else why not. What is no version goes with everything. */
export function versionSkew(
  { node, server }: { readonly node: string; readonly server: string },
): string {
  const [own, other] = [minorOf(node), minorOf(server)];
  if (own === null || other === null) return "";
  if (own > other) return `the node is like a kubelet of ${node}, which is newer than the server`;
  return own < other - MOST_OLDER
    ? `the node is like a kubelet of ${node}, more than ${MOST_OLDER} minor releases older`
    : "";
}

const MOST_OLDER = 3;

function minorOf(version: string): number | null {
  const minor = /^v?1\.(\d+)\./.exec(version)?.[1];
  return minor === undefined ? null : Number(minor);
}
