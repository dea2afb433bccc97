/** The Lease that says a node is alive. @see https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats */
import type { V1Lease } from "@kubernetes/client-node";
import { type Instant, rfc3339Micro } from "../instant.ts";
import type { Wire } from "../k8s.ts";

export type Lease = Wire<V1Lease>;

/** A lease is renewed when a quarter of its time is over. */
export const renewFraction = 0.25;

/** Where nodes keep their leases. */
export const leaseNamespace = "kube-node-lease";

export interface Renewal {
  readonly nodeName: string;
  /** The Node's UID: with the Node its lease goes. "": an owner is not added. */
  readonly nodeUid: string;
  readonly durationSeconds: number;
  readonly now: Instant;
  /** Since the last renewal. */
  readonly elapsedMs: number;
}

/** The lease to send: a new one, or the one that the API server has with another time. */
export function renewedLease(base: Lease | null, renewal: Renewal): Lease {
  const { nodeName, durationSeconds } = renewal;
  const spec = { ...base?.spec, leaseDurationSeconds: durationSeconds };
  return {
    ...base,
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      ...base?.metadata,
      name: nodeName,
      namespace: leaseNamespace,
      ownerReferences: owners(base, renewal),
    },
    spec: {
      holderIdentity: nodeName,
      ...spec,
      renewTime: rfc3339Micro(renewTime(base, renewal)),
    },
  };
}

/**
 * A renewal counts only if it is later than the one before: a clock that was set back must not make the node look dead, so
 * time goes on from the last one until the clock has caught up.
 */
function renewTime(base: Lease | null, { now, elapsedMs }: Renewal): Instant {
  const last = Date.parse(base?.spec?.renewTime ?? "");
  return Number.isNaN(last) ? now : Math.max(now, last + Math.max(1, Math.round(elapsedMs)));
}

function owners(
  base: Lease | null,
  { nodeName, nodeUid }: Renewal,
): NonNullable<Lease["metadata"]>["ownerReferences"] & object {
  const { ownerReferences = [] } = base?.metadata ?? {};
  if (ownerReferences.length > 0 || nodeUid === "") return ownerReferences;
  return [{ apiVersion: "v1", kind: "Node", name: nodeName, uid: nodeUid }];
}
