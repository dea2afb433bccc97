/** Asks the API server of which cluster it is, and remembers that. */
import {
  type ClusterIdentity,
  identityText,
  isSameCluster,
  parseIdentity,
  refreshed,
} from "../../core/kube/cluster_identity.ts";
import { namespaces, nodes, type ObjectRef } from "../../core/kube/resource.ts";
import { Forbidden, NotFound } from "../../ports/errors.ts";
import type { FactStore } from "../../ports/fact_store.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";

export interface ClusterAsker {
  /** Whether the server is of the cluster that is remembered; any is where none is. Throws what the port throws. */
  ask(): Promise<"Same" | "Other">;
  /** The cluster that was asked last is the node's from now on. */
  adopt(): Promise<void>;
  /** The store was damaged and has begun anew. */
  begunAnew(): Promise<void>;
}

export interface ClusterAskerDeps {
  readonly kube: KubeApi;
  readonly facts: FactStore;
  readonly nodeName: string;
  readonly log: Log;
}

export function createClusterAsker({ kube, facts, nodeName, log }: ClusterAskerDeps): ClusterAsker {
  let known: ClusterIdentity | null | undefined;
  let asked: ClusterIdentity | null = null;

  async function ask(): Promise<"Same" | "Other"> {
    known ??= await remembered();
    const [kubeSystem, node] = await Promise.all([
      uidOf({ resource: namespaces, name: "kube-system" }),
      uidOf({ resource: nodes, name: nodeName }),
    ]);
    asked = { kubeSystem, node };
    if (known !== null && !isSameCluster(known, asked)) return "Other";
    await remember(known === null ? asked : refreshed(known, asked));
    return "Same";
  }

  async function uidOf(ref: ObjectRef): Promise<string> {
    try {
      return (await kube.get(ref)).metadata?.uid ?? "";
    } catch (err) {
      if (err instanceof NotFound || err instanceof Forbidden) return "";
      throw err;
    }
  }

  async function remembered(): Promise<ClusterIdentity | null> {
    try {
      return parseIdentity((await facts.load()).get("ClusterUid") ?? "");
    } catch (err) {
      log.warn("Could not read of which cluster the node is", { err });
      return null;
    }
  }

  async function remember(identity: ClusterIdentity): Promise<void> {
    known = identity;
    try {
      await facts.save("ClusterUid", identityText(identity));
    } catch (err) {
      log.warn("Could not store of which cluster the node is", { err });
    }
  }

  return {
    ask,
    async adopt() {
      if (asked !== null) await remember(asked);
    },
    async begunAnew() {
      if (known !== null && known !== undefined) await remember(known);
    },
  };
}
