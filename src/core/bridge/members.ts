/** Which bridges share a broker's nodes: each keeps a Lease of its own, and counts while that is fresh. */
import { type Instant, minute, rfc3339Micro, second } from "../instant.ts";
import type { Lease } from "../node/lease.ts";

/** Of the Leases of bridges; the value is the cluster's name in topics. */
export const memberLabel = "skerry.dev/bridge";

const durationSeconds = 15;
/** A Lease that was not renewed for so long is of one that is no more; if not, it makes itself a new one. */
const forgottenMs = 10 * minute;
export const memberRenewMs = 5 * second;

/** A member's Lease, new or renewed. */
export function memberLease(
  base: Lease | null,
  { name, namespace, cluster, now }: {
    readonly name: string;
    readonly namespace: string;
    readonly cluster: string;
    readonly now: Instant;
  },
): Lease {
  return {
    ...base,
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      ...base?.metadata,
      name,
      namespace,
      labels: { ...base?.metadata?.labels, [memberLabel]: cluster },
    },
    spec: {
      ...base?.spec,
      holderIdentity: name,
      leaseDurationSeconds: durationSeconds,
      renewTime: rfc3339Micro(now),
    },
  };
}

/** What was seen of a member's Lease, and since when it is the same, by the own clock: clocks of others are not compared. */
export interface SeenMember {
  readonly renewTime: string;
  readonly since: number;
}

/** Those that have renewed their Leases lately. */
export function seenMembers(
  before: ReadonlyMap<string, SeenMember>,
  { leases, monotonic }: { readonly leases: readonly Lease[]; readonly monotonic: number },
): ReadonlyMap<string, SeenMember> {
  return new Map(leases.flatMap((lease): [string, SeenMember][] => {
    const name = lease.metadata?.name;
    if (name === undefined) return [];
    const renewTime = lease.spec?.renewTime ?? "";
    const known = before.get(name);
    const since = known?.renewTime === renewTime ? known.since : monotonic;
    return [[name, { renewTime, since }]];
  }));
}

export function livingMembers(
  seen: ReadonlyMap<string, SeenMember>,
  { monotonic }: { readonly monotonic: number },
): readonly string[] {
  return [...seen].filter(([, { since }]) => monotonic - since <= durationSeconds * second)
    .map(([name]) => name);
}

/** Those whose Leases nobody needs any more. */
export function goneMembers(
  seen: ReadonlyMap<string, SeenMember>,
  { monotonic }: { readonly monotonic: number },
): readonly string[] {
  return [...seen].filter(([, { since }]) => monotonic - since > forgottenMs).map(([name]) => name);
}
