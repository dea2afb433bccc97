/** The version of Skerry, in the one place that everything else reads it from. */

/** Semantic version, without a leading `v`. */
export const VERSION = "0.1.0";

/** The Kubernetes release whose kubelet this agent is like. */
export const KUBERNETES_VERSION = "1.37.2";

/**
 * What a Node says its kubelet is. Kubernetes' components and installers read it as a semantic version and compare the part
 * before the `+` with their own; what comes after tells people that it is Skerry.
 * @see https://kubernetes.io/releases/version-skew-policy/
 */
export const KUBELET_VERSION = `v${KUBERNETES_VERSION}+skerry.${VERSION}`;
