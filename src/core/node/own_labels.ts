/** The labels that every node has: what it is called and what runs on it. */

/** @see https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch */
export function ownLabels(
  { nodeName, arch }: { readonly nodeName: string; readonly arch: "x86_64" | "aarch64" },
): Readonly<Record<string, string>> {
  return {
    "kubernetes.io/hostname": nodeName,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": arch === "aarch64" ? "arm64" : "amd64",
  };
}
