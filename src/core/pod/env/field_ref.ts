/**
 * The downward API's fields: what of a pod its containers may learn about itself.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields
 */
import type { Pod } from "../../k8s.ts";
import { failure, type Result, success } from "../../result.ts";

/** A field of the pod's metadata, which files as well as variables may show. Fails in the kubelet's words. */
export function metadataField({ metadata }: Pick<Pod, "metadata">, path: string): Result<string> {
  const subscripted = subscriptOf(path);
  if (subscripted !== null) return mapEntry(metadata, subscripted, path);
  switch (path) {
    case "metadata.annotations":
      return success(formatMap(metadata.annotations));
    case "metadata.labels":
      return success(formatMap(metadata.labels));
    case "metadata.name":
      return success(metadata.name);
    case "metadata.namespace":
      return success(metadata.namespace);
    case "metadata.uid":
      return success(metadata.uid);
    default:
      return failure(`unsupported fieldPath: ${path}`);
  }
}

/** What a variable may show besides metadata is only known once the pod has its place. */
export interface PlacedPod {
  readonly pod: Pod;
  /** The node's addresses, the primary one first. */
  readonly nodeIps: readonly string[];
  /** The pod's own, in the order of its status. */
  readonly podIps: readonly string[];
}

/** A field as a variable shows it. */
export function environmentField(
  { pod, nodeIps, podIps }: PlacedPod,
  path: string,
): Result<string> {
  switch (path) {
    case "spec.host":
    case "spec.nodeName":
      return success(pod.spec.nodeName ?? "");
    case "spec.serviceAccountName":
      return success(pod.spec.serviceAccountName ?? "");
    case "status.hostIP":
      return success(nodeIps[0] ?? "");
    case "status.hostIPs":
      return success(nodeIps.join(","));
    case "status.podIP":
      return success(podIps[0] ?? "");
    case "status.podIPs":
      return success(podIps.join(","));
    default:
      return metadataField(pod, path);
  }
}

/** A path such as `metadata.labels['app']`, taken apart. */
export interface SubscriptedPath {
  readonly map: string;
  readonly key: string;
}

/** Null for a path without a subscript. */
export function subscriptOf(path: string): SubscriptedPath | null {
  const match = /^(.+?)\['(.*)'\]$/s.exec(path);
  return match === null ? null : { map: match[1] ?? "", key: match[2] ?? "" };
}

function mapEntry(
  { annotations, labels }: Pod["metadata"],
  { map, key }: SubscriptedPath,
  path: string,
): Result<string> {
  if (map === "metadata.annotations") return success(entryOf(annotations, key));
  if (map === "metadata.labels") return success(entryOf(labels, key));
  return failure(`fieldPath "${path}" does not support subscript`);
}

function entryOf(map: Readonly<Record<string, string>> | undefined, key: string): string {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] ?? "" : "";
}

/** One `key="value"` a line, sorted by key; the value is quoted as Go does it. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {}).toSorted(byKey)
    .map(([key, value]) => `${key}=${goQuoted(value)}`).join("\n");
}

function byKey([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/** @see https://pkg.go.dev/strconv#Quote */
function goQuoted(text: string): string {
  const quoted = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    return shortEscapes[char] ??
      (code < 0x80
        ? `\\x${hex.padStart(2, "0")}`
        : code < 0x10000
        ? `\\u${hex.padStart(4, "0")}`
        : `\\U${hex.padStart(8, "0")}`);
  });
  return `"${quoted}"`;
}
