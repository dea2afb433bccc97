/** What a k3s server says of its cluster (`/v1-k3s/config`): the few fields of many that a node acts on. */
import * as v from "valibot";
import { failure, type Result, success } from "../result.ts";

export interface K3sClusterConfig {
  /** Addresses of the cluster's DNS; empty where it has none. */
  readonly clusterDns: readonly string[];
  /** "" where it does not say. */
  readonly clusterDomain: string;
  /** Where the API server listens, on the same host; null: where the supervisor does. */
  readonly apiServerPort: number | null;
}

const port = v.nullish(v.number(), 0);
const text = v.nullish(v.string(), "");

/** Names are those of the server's own structure. Others are left aside: each release has some more. */
const schema = v.pipe(
  v.unknown(),
  v.check((value) => !Array.isArray(value)),
  v.object({
    ClusterDNS: text,
    ClusterDNSs: v.nullish(v.array(v.string()), []),
    ClusterDomain: text,
    HTTPSPort: port,
    SupervisorPort: port,
  }),
);

/** Of the answer's text. */
export function parseClusterConfig(body: string): Result<K3sClusterConfig> {
  const read = v.safeParse(schema, parsed(body));
  if (!read.success) return failure("the server's config is not what a k3s server says");
  const { ClusterDNS, ClusterDNSs, ClusterDomain, HTTPSPort, SupervisorPort } = read.output;
  return success({
    clusterDns: ClusterDNSs.length > 0 ? ClusterDNSs : [ClusterDNS].filter((each) => each !== ""),
    clusterDomain: ClusterDomain,
    apiServerPort: HTTPSPort === 0 || HTTPSPort === SupervisorPort ? null : HTTPSPort,
  });
}

/** Null for half a text. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The API server's URL, given the supervisor's. */
export function apiServerUrl(
  supervisor: string,
  { apiServerPort }: Pick<K3sClusterConfig, "apiServerPort">,
): string {
  if (apiServerPort === null) return supervisor;
  return `https://${new URL(supervisor).hostname}:${apiServerPort}`;
}

/** `HOST:PORT` of all API servers, of the answer's text; a cluster that has just begun knows none. */
export function parseApiServers(body: string): Result<readonly string[]> {
  const read = v.safeParse(v.nullable(v.array(v.string())), parsed(body));
  const isRead = read.success && (read.output !== null || body.trim() === "null");
  return isRead
    ? success((read.output ?? []).toSorted())
    : failure("the server's list of API servers is no list");
}
