/** The Node that is made for this machine, and what of it an existing one is given. */
import { initialLabels, ownLabels } from "./labels.ts";
import {
  attachDetachAnnotation,
  type Node,
  type NodeStatus,
  type RegistrationSettings,
} from "./node_object.ts";

export interface RegistrationInput {
  readonly name: string;
  /** Go's name, such as `arm64`. */
  readonly architecture: string;
  readonly settings: RegistrationSettings;
  readonly status: NodeStatus;
}

/** The Node to create. */
export function initialNode(
  { name, architecture, settings, status }: RegistrationInput,
): Node {
  const { labels, taints, providerId, controllerAttachDetach } = settings;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: initialLabels({ hostname: name, architecture, configured: labels }),
      ...(controllerAttachDetach && { annotations: { [attachDetachAnnotation]: "true" } }),
    },
    spec: {
      ...(providerId !== "" && { providerID: providerId }),
      ...(taints.length > 0 && { taints }),
    },
    status,
  };
}

/** A patch of a Node's metadata: what is null goes. */
export interface MetadataPatch {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string | null>>;
  };
}

/**
 * What an existing Node must be given to be this machine's; null where nothing. As with the kubelet, labels outside
 * Kubernetes' namespaces, taints and the provider's ID are given at creation only: from then on they belong to whoever manages
 * the cluster.
 */
export function adoptionPatch(
  { existing, wanted }: { readonly existing: Node; readonly wanted: Node },
): MetadataPatch | null {
  const metadata = { ...labelChanges(existing, wanted), ...annotationChanges(existing, wanted) };
  return Object.keys(metadata).length === 0 ? null : { metadata };
}

function labelChanges(existing: Node, wanted: Node): MetadataPatch["metadata"] {
  const now = existing.metadata?.labels ?? {};
  const changed = Object.entries(wanted.metadata?.labels ?? {})
    .filter(([key, value]) => ownLabels.includes(key) && now[key] !== value);
  return changed.length === 0 ? {} : { labels: Object.fromEntries(changed) };
}

function annotationChanges(existing: Node, wanted: Node): MetadataPatch["metadata"] {
  const valueOf = ({ metadata }: Node): string | null =>
    metadata?.annotations?.[attachDetachAnnotation] ?? null;
  if (valueOf(existing) === valueOf(wanted)) return {};
  return { annotations: { [attachDetachAnnotation]: valueOf(wanted) } };
}
