/** The own Node as it lies in the store: by its labels and taints pods are judged while the API server cannot be asked. */
import { type KubeObject, nodes } from "../../core/kube/resource.ts";
import type { Node } from "../../core/node/node_object.ts";
import { isSameJson } from "../../core/same_json.ts";
import type { Log } from "../../ports/log.ts";
import type { ObjectStore } from "../../ports/object_store.ts";

export interface StoredNode {
  /** As it was stored last, without its status; null where there is none. */
  node(): Node | null;
  /** Stores what counts of it, where that is news; a store that cannot write is told of and done without. */
  save(node: Node): Promise<void>;
}

export interface StoredNodeDeps {
  readonly store: { readonly objects: ObjectStore };
  readonly log: Log;
  readonly node: { readonly nodeName: string };
}

/** Reads what an earlier agent has stored. */
export async function createStoredNode(
  { store: { objects }, log, node: { nodeName } }: StoredNodeDeps,
): Promise<StoredNode> {
  let stored: Node | null = await load();

  async function load(): Promise<Node | null> {
    try {
      const all = await objects.load<KubeObject & Node>(nodes);
      return all.find(({ metadata }) => metadata?.name === nodeName) ?? null;
    } catch (err) {
      log.error("Could not read the stored Node", { err });
      return null;
    }
  }

  async function save(node: Node): Promise<void> {
    const lasting = lastingOf(node);
    if (stored !== null && isSameJson(withoutVersion(stored), withoutVersion(lasting))) return;
    try {
      await objects.save(nodes, lasting);
      stored = lasting;
    } catch (err) {
      log.debug("Could not store the Node", { err });
    }
  }

  return { node: () => stored, save };
}

/** Heartbeats and all else that its status tells are nothing to keep. */
function lastingOf({ metadata = {}, spec }: Node): KubeObject & Node {
  const { name, uid, labels, resourceVersion } = metadata;
  return {
    metadata: {
      ...(name !== undefined && { name }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(labels !== undefined && { labels }),
    },
    ...(spec !== undefined && { spec }),
  };
}

function withoutVersion({ metadata: { resourceVersion: _version, ...metadata } = {}, spec }: Node) {
  return { metadata, spec };
}
