/** Shows at a Node whether a bridge writes its status. */
import {
  type EndOfRelaying,
  notRelayed,
  relayed,
  relayedByPatch,
  relayedCondition,
} from "../core/bridge/relayed_status.ts";
import { nodes } from "../core/kube/resource.ts";
import type { Node } from "../core/node/node_object.ts";
import type { BridgeDeps } from "./deps.ts";

export interface RelayedMark {
  /** Writes nothing where it is said already. */
  set(ended: EndOfRelaying | null): Promise<void>;
}

export type RelayedMarkDeps = Pick<BridgeDeps, "kube" | "clock" | "metrics" | "name"> & {
  readonly node: string;
};

export function createRelayedMark(
  { kube, clock, metrics, name, node }: RelayedMarkDeps,
): RelayedMark {
  const ref = { resource: nodes, name: node };
  return {
    async set(ended) {
      const shown = await kube.get<Node>(ref);
      const said = ended === null ? relayed : notRelayed(ended);
      const now = clock.now();
      const condition = relayedCondition(shown.status?.conditions ?? [], { said, now });
      if (condition === null) return;
      metrics.writes.inc({ resource: nodes.plural });
      // A status may be patched with its object's annotations: so a bridge needs no right to labels and taints.
      const body = {
        ...relayedByPatch(ended === null ? name : null),
        status: { conditions: [condition] },
      };
      await kube.patch({ ...ref, subresource: "status" }, { kind: "strategic", body });
    },
  };
}
