/** Where the messages of the relay are published. @see docs/relay-protocol.md */
import { failure, type Result, success } from "../result.ts";

/** The first levels of every topic: the protocol and its version. */
const root = "skerry/v1";
/** Of every node's certificate; by it brokers tell the nodes apart. */
const nodePrefix = "system:node:";

/** Whose topics they are. */
export interface RelaySite {
  /** As the relay's configuration calls the cluster, see {@linkcode clusterNameProblem}. */
  readonly cluster: string;
  /** The Node's name. */
  readonly node: string;
}

/**
 * - `presence`: retained; that the node is there, and as its will that it is not.
 * - `state`: retained; the newest status of every object, in parts.
 * - `journal`: records of the journal.
 * - `down`: from a bridge to the node.
 */
export type RelayClass = "presence" | "state" | "journal" | "down";

/** A topic taken apart. */
export interface RelayTopic extends RelaySite {
  readonly class: RelayClass;
  /** Of `state` the part from 0 on; 0 for the others. */
  readonly part: number;
}

/** The common name of the node's certificate. */
export function nodeUser(node: string): string {
  return `${nodePrefix}${node}`;
}

/** Parts of a state after the first have a level of their own: `.../state/1`. */
export function relayTopic(
  { cluster, node, class: of, part = 0 }: Omit<RelayTopic, "part"> & { readonly part?: number },
): string {
  return [root, cluster, nodeUser(node), of, ...(part > 0 ? [part] : [])].join("/");
}

export function parseRelayTopic(topic: string): Result<RelayTopic> {
  const [protocol, version, cluster = "", user = "", of = "", part = "0", ...rest] = topic.split(
    "/",
  );
  if (`${protocol}/${version}` !== root || !isClass(of) || rest.length > 0) {
    return failure("a topic of something else");
  }
  if (!user.startsWith(nodePrefix) || user === nodePrefix) return failure("a topic of no node");
  if (!/^(0|[1-9]\d{0,5})$/.test(part) || (part !== "0" && of !== "state")) {
    return failure("a topic of something else");
  }
  return success({
    cluster,
    node: user.slice(nodePrefix.length),
    class: of,
    part: Number(part),
  });
}

/** The filter of one class of all nodes, for bridges. */
export function relayFilter(
  { cluster, class: of }: { readonly cluster: string; readonly class: RelayClass },
): string {
  return `${root}/${cluster}/+/${of}${of === "state" ? "/#" : ""}`;
}

/** Each message goes to one of the group's bridges. */
export function sharedFilter(group: string, filter: string): string {
  return `$share/${group}/${filter}`;
}

/** Why this is no name for a cluster in topics; null where it is one. */
export function clusterNameProblem(name: string): string | null {
  const isName = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(name);
  return isName
    ? null
    : "must be 1 to 63 letters, digits, dots, dashes and underscores, and begin and end with a letter or digit";
}

function isClass(value: string): value is RelayClass {
  return ["presence", "state", "journal", "down"].includes(value);
}
