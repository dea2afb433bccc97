/** Takes from what a cluster shows all that may differ between two runs of the same pod: times, ids, addresses, durations. */

/** What the two runs are called by, longest first: their names become one. */
export interface Names {
  readonly namespace: string;
  readonly node: string;
  /** UIDs of the pods of this run. */
  readonly uids: readonly string[];
}

/** Fields whose values are times, ids or addresses as a whole. */
const volatile: Readonly<Record<string, string>> = {
  startTime: "TIME",
  startedAt: "TIME",
  finishedAt: "TIME",
  lastTransitionTime: "TIME",
  lastProbeTime: "TIME",
  containerID: "ID",
  podIP: "ADDRESS",
  hostIP: "ADDRESS",
  ip: "ADDRESS",
};

/** What the kubelet now and then reads from a cgroup without a memory limit and tells as the limit. */
const NO_LIMIT = "9007199254740988Ki";

/** The same value with its volatile fields and the volatile parts of its texts replaced. */
export function normalise(value: unknown, names: Names): unknown {
  if (typeof value === "string") return normaliseText(value, names);
  if (Array.isArray(value)) return value.map((item) => normalise(item, names));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, field]) => field !== NO_LIMIT && !isOnlyNoLimit(field))
    .toSorted(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, field]) => {
    const word = volatile[key];
    return [key, word !== undefined && field !== null ? word : normalise(field, names)];
  }));
}

/** Without that reading there is nothing in it. */
function isOnlyNoLimit(field: unknown): boolean {
  if (typeof field !== "object" || field === null) return false;
  const values = Object.values(field);
  return values.length > 0 && values.every((value) => value === NO_LIMIT);
}

/** A quantity of CPU, which looks like minutes. */
const MILLICORES = /^\d+m$/;

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{64}\b/g, "ID"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "UID"],
  [/\d+\.\d+\.\d+\.\d+:\d+->/g, "ADDRESS->"],
  [/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g, "ADDRESS"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME"],
  // Runs of Go's durations, such as 1m20s or 13.5ms.
  [/\b(\d+(\.\d+)?(h|ms|m|s|µs|ns))+\b/g, "DURATION"],
  [/\/(run|tmp|var)\/[\w./-]*?(?=\/(pods|seccomp|containers)\/)/g, "ROOT"],
  [/runc-process\d+/g, "FILE"],
  [/\bkube-api-access-\w{5}\b/g, "kube-api-access"],
];

/** A text with ids, addresses, times and this run's own names replaced. */
export function normaliseText(text: string, { namespace, node, uids }: Names): string {
  if (MILLICORES.test(text)) return text;
  const named = uids.reduce((current, uid) => current.replaceAll(uid, "UID"), text)
    .replaceAll(namespace, "NAMESPACE")
    .replaceAll(node, "NODE");
  return patterns.reduce((current, [pattern, word]) => current.replaceAll(pattern, word), named);
}
