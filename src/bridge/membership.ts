/** Keeps the bridge's own Lease, and knows the other bridges. */
import {
  goneMembers,
  livingMembers,
  memberLabel,
  memberLease,
  memberRenewMs,
  type SeenMember,
  seenMembers,
} from "../core/bridge/members.ts";
import { ownerOf } from "../core/bridge/owner.ts";
import { leases, type ObjectRef } from "../core/kube/resource.ts";
import type { Lease } from "../core/node/lease.ts";
import { NotFound, PortError } from "../ports/errors.ts";
import { waited } from "../ports/waited.ts";
import type { BridgeDeps } from "./deps.ts";

export interface Membership {
  /** Keeps the Lease until the signal aborts, and gives it up then. */
  run(signal: AbortSignal): Promise<void>;
  /** False also while nobody knows who is there. */
  isOwnerOf(node: string): boolean;
}

export type MembershipDeps = Pick<BridgeDeps, "kube" | "clock" | "log" | "name" | "cluster"> & {
  /** Where bridges keep their Leases. */
  readonly namespace: string;
};

export function createMembership(deps: MembershipDeps): Membership {
  const { kube, clock, log, name, namespace, cluster } = deps;
  const ref: ObjectRef = { resource: leases, namespace, name };
  let seen: ReadonlyMap<string, SeenMember> = new Map();

  async function renew(): Promise<void> {
    const own = { name, namespace, cluster, now: clock.now() };
    try {
      await kube.replace(ref, memberLease(await kube.get<Lease>(ref), own));
    } catch (err) {
      if (!(err instanceof NotFound)) throw err;
      await kube.create(ref, memberLease(null, own));
    }
  }

  async function look(): Promise<void> {
    const labelSelector = `${memberLabel}=${cluster}`;
    const { items } = await kube.list<Lease>({ resource: leases, namespace, labelSelector });
    seen = seenMembers(seen, { leases: items, monotonic: clock.monotonic() });
  }

  /** One that was killed leaves its Lease, and the next one has another name. */
  async function tidy(): Promise<void> {
    for (const gone of goneMembers(seen, { monotonic: clock.monotonic() })) {
      await kube.delete({ ...ref, name: gone })
        .catch((err) => log.debug("The Lease of a bridge that is gone stays", { gone, err }));
    }
  }

  async function turn(): Promise<void> {
    try {
      await renew();
      await look();
      await tidy();
    } catch (err) {
      if (!(err instanceof PortError)) throw err;
      log.warn("Cannot keep this bridge's Lease, trying again", { err });
    }
  }

  async function leave(): Promise<void> {
    await kube.delete(ref).catch((err) => log.debug("The bridge's Lease stays", { err }));
  }

  return {
    async run(signal) {
      while (!signal.aborted) {
        await turn();
        await waited(clock, memberRenewMs, signal);
      }
      await leave();
    },
    isOwnerOf(node) {
      const living = livingMembers(seen, { monotonic: clock.monotonic() });
      return living.includes(name) && ownerOf(node, living) === name;
    },
  };
}
