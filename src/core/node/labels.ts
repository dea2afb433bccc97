/** The labels of a Node: those the agent knows, and those that whoever starts it may add. */

/** @see https://kubernetes.io/docs/reference/labels-annotations-taints/ */
export const nodeLabel = {
  hostname: "kubernetes.io/hostname",
  os: "kubernetes.io/os",
  arch: "kubernetes.io/arch",
  betaOs: "beta.kubernetes.io/os",
  betaArch: "beta.kubernetes.io/arch",
  instanceType: "node.kubernetes.io/instance-type",
  betaInstanceType: "beta.kubernetes.io/instance-type",
  zone: "topology.kubernetes.io/zone",
  region: "topology.kubernetes.io/region",
  betaZone: "failure-domain.beta.kubernetes.io/zone",
  betaRegion: "failure-domain.beta.kubernetes.io/region",
} as const;

/** What a node may say of itself in Kubernetes' own namespaces; the API server refuses all else there. */
export const ownLabels: readonly string[] = Object.values(nodeLabel).toSorted();

/** The prefixes of which a node may set every label. */
export const ownPrefixes: readonly string[] = ["kubelet.kubernetes.io", "node.kubernetes.io"];

/**
 * Whether a node may set a label on itself. Labels decide which pods come to a node, so a node that was broken into must
 * not be able to claim any.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction
 */
export function mayLabelItself(key: string): boolean {
  const [prefix = "", name] = key.split("/");
  if (name === undefined || !isWithin(prefix, ["kubernetes.io", "k8s.io"])) return true;
  return ownLabels.includes(key) || isWithin(prefix, ownPrefixes);
}

function isWithin(prefix: string, domains: readonly string[]): boolean {
  return domains.some((domain) => prefix === domain || prefix.endsWith(`.${domain}`));
}

/** Those that every Node has, under those that were configured. */
export function initialLabels(
  { hostname, architecture, configured }: {
    readonly hostname: string;
    readonly architecture: string;
    readonly configured: Readonly<Record<string, string>>;
  },
): Readonly<Record<string, string>> {
  return {
    [nodeLabel.hostname]: hostname,
    [nodeLabel.os]: "linux",
    [nodeLabel.arch]: architecture,
    [nodeLabel.betaOs]: "linux",
    [nodeLabel.betaArch]: architecture,
    ...configured,
  };
}
