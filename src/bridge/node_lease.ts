/** A node's Lease as bridges use it: renewed for the node, and with the mark of how far its messages are written. */
import {
  defaultDurationSeconds,
  isRenewedByNode,
  type LeaseMark,
  markOf,
  renewedForNode,
  withMark,
} from "../core/bridge/lease_mark.ts";
import { leases, type ObjectRef } from "../core/kube/resource.ts";
import { second } from "../core/instant.ts";
import { type Lease, leaseNamespace, renewFraction } from "../core/node/lease.ts";
import { Conflict } from "../ports/errors.ts";
import type { BridgeDeps } from "./deps.ts";

/** For so much of a lease's time the node must have been silent: somewhat longer than it waits between two renewals. */
const silenceFraction = 0.35;

/**
 * - `Late`: renewed, but not in time: meanwhile the node may have been taken for dead.
 * - `Direct`: the node has renewed it itself, and not long ago.
 * - `Unsure`: it may have; this is the first look.
 */
export type LeaseRenewal = "Renewed" | "Late" | "Direct" | "Unsure";

export interface NodeLease {
  /** As it is now: another bridge may have noted something since. */
  mark(): Promise<LeaseMark>;
  /** Notes what is new; another bridge may have noted something meanwhile. Throws NotFound where there is no Lease. */
  note(news: (now: LeaseMark) => Partial<LeaseMark>): Promise<void>;
  renew(): Promise<LeaseRenewal>;
  /** After how long it is to be looked at again. */
  nextMs(): number;
}

export type NodeLeaseDeps = Pick<BridgeDeps, "kube" | "clock" | "metrics"> & {
  readonly node: string;
};

export function createNodeLease({ kube, clock, metrics, node }: NodeLeaseDeps): NodeLease {
  const ref: ObjectRef = { resource: leases, namespace: leaseNamespace, name: node };
  let latest: Lease | null = null;
  /** The node's own renewal that was seen last, and when it was seen first. */
  let seenDirect = "";
  let seenAt = -Infinity;
  let isFirstLook = true;
  let isSure = false;
  let renewedAt = clock.monotonic();
  let durationSeconds = defaultDurationSeconds;

  async function shown(): Promise<Lease> {
    latest ??= await kube.get<Lease>(ref);
    durationSeconds = latest.spec?.leaseDurationSeconds ?? durationSeconds;
    return latest;
  }

  /** What was read before may be old: then it is read again. */
  async function replace(change: (lease: Lease) => Lease | null): Promise<boolean> {
    for (;;) {
      const next = change(await shown());
      if (next === null) return false;
      try {
        metrics.writes.inc({ resource: leases.plural });
        latest = await kube.replace<Lease>(ref, next);
        return true;
      } catch (err) {
        latest = null;
        if (!(err instanceof Conflict)) throw err;
      }
    }
  }

  function part(fraction: number): number {
    return durationSeconds * second * fraction;
  }

  /** Null while the node may renew it itself. */
  function renewal(lease: Lease): Lease | null {
    const direct = isRenewedByNode(lease) ? lease.spec?.renewTime ?? "" : "";
    if (direct !== "" && direct !== seenDirect) {
      seenDirect = direct;
      seenAt = clock.monotonic();
      isSure = !isFirstLook;
    }
    isFirstLook = false;
    if (clock.monotonic() - seenAt < part(silenceFraction)) return null;
    const elapsedMs = clock.monotonic() - renewedAt;
    return renewedForNode(lease, { node, now: clock.now(), elapsedMs });
  }

  return {
    async mark() {
      latest = null;
      return markOf(await shown());
    },
    async note(news) {
      await replace((lease) => withMark(lease, news(markOf(lease))));
    },
    async renew() {
      if (!await replace(renewal)) {
        // It may have been renewed since by the node.
        latest = null;
        return isSure ? "Direct" : "Unsure";
      }
      const isLate = clock.monotonic() - renewedAt > part(1);
      renewedAt = clock.monotonic();
      return isLate ? "Late" : "Renewed";
    },
    nextMs() {
      const silentMs = clock.monotonic() - seenAt;
      return silentMs < part(silenceFraction)
        ? part(silenceFraction) - silentMs
        : part(renewFraction);
    },
  };
}
