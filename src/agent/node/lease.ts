/** Renews the node's lease, which tells the cluster that the node is alive. */
import type { ClusterSettings } from "../../core/node/cluster_settings.ts";
import { type Lease, leaseNamespace, renewedLease, renewFraction } from "../../core/node/lease.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import { leases, type ObjectRef } from "../../core/kube/resource.ts";
import { second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import { Conflict, NotFound } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import type { Random } from "../../ports/random.ts";
import { requestDelayMs } from "../cluster/request_delay.ts";
import { createApiTrouble } from "../cluster/api_trouble.ts";
import { waited } from "../../ports/waited.ts";
import { unlessAborted } from "../../ports/unless_aborted.ts";

export interface LeaseDeps {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly node: Pick<NodeSettings, "nodeName">;
  readonly cluster: Pick<ClusterSettings, "leaseDurationSeconds">;
  /** The Node's UID, or undefined while there is no Node: then there is no lease to keep. */
  readonly nodeUid: () => string | undefined;
}

/** By how much the time between renewals may vary, so that the nodes of a site spread. */
const jitter = 0.04;
const firstRetryMs = second / 5;

/** Runs until the signal aborts. One request is under way at a time; nothing piles up while the API server is away. */
export async function keepLease(deps: LeaseDeps, signal: AbortSignal): Promise<void> {
  const { clock, random, log } = deps;
  const trouble = createApiTrouble({ log, what: "renew the node's lease" });
  const renew = createRenewal(deps);
  const interval = deps.cluster.leaseDurationSeconds * second * renewFraction;
  let failures = 0;

  /** Gives how long to wait until the next time. */
  async function turn(): Promise<number> {
    try {
      await unlessAborted(renew(), signal);
      trouble.succeeded();
      failures = 0;
      return interval * (1 + jitter * random.fraction());
    } catch (err) {
      if (!signal.aborted) trouble.failed(err);
      return requestDelayMs({ failures: ++failures, firstMs: firstRetryMs, err });
    }
  }

  while (!signal.aborted && await waited(clock, await turn(), signal));
}

/** One renewal at each call: as a rule one request, for the lease that the last one gave is still the API server's. */
function createRenewal(
  { kube, clock, node: { nodeName }, cluster, nodeUid }: LeaseDeps,
): () => Promise<void> {
  const durationSeconds = cluster.leaseDurationSeconds;
  const ref: ObjectRef = { resource: leases, namespace: leaseNamespace, name: nodeName };
  let latest: Lease | null = null;
  let renewedAt = clock.monotonic();

  async function send(base: Lease | null, uid: string): Promise<void> {
    const at = clock.monotonic();
    const renewal = { nodeName, nodeUid: uid, durationSeconds, now: clock.now() };
    const lease = renewedLease(base, { ...renewal, elapsedMs: at - renewedAt });
    latest =
      await (base === null ? kube.create<Lease>(ref, lease) : kube.replace<Lease>(ref, lease));
    renewedAt = at;
  }

  async function known(): Promise<Lease | null> {
    try {
      return await kube.get<Lease>(ref);
    } catch (err) {
      if (err instanceof NotFound) return null;
      throw err;
    }
  }

  return async () => {
    const uid = nodeUid();
    if (uid === undefined) return;
    try {
      await send(latest ?? await known(), uid);
    } catch (err) {
      if (!(err instanceof Conflict || err instanceof NotFound)) throw err;
      // Somebody else has changed or removed it: what is there now is the one to renew.
      latest = null;
      await send(await known(), uid);
    }
  };
}
