/** Follows the own Node: labels and taints decide which pods run here, and others write to its status as well. */
import { nodes } from "../../core/kube/resource.ts";
import type { Node } from "../../core/node/node_object.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";

export interface NodeWatch {
  /** As it was seen last; null where there is none, or none has been seen yet. */
  node(): Node | null;
  /** Resolves when the Node has been seen, or the API server has said that there is none. */
  readonly answered: Promise<void>;
  /** What a request of our own gave is the newest there is. */
  saw(node: Node): void;
  /** Asks for it; where the API server does not answer, it stays as it was seen last. */
  look(): Promise<void>;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface NodeWatchDeps {
  readonly kube: KubeApi;
  readonly log: Log;
  readonly node: Pick<NodeSettings, "nodeName">;
  /** Called when the Node has appeared, or the API server can be asked again. */
  readonly onReturn: () => void;
  /** Called with each version of it. */
  readonly onSeen: (node: Node) => void;
}

export function createNodeWatch(
  { kube, log, node: { nodeName }, onReturn, onSeen }: NodeWatchDeps,
): NodeWatch {
  let latest: Node | null = null;
  const answered = Promise.withResolvers<void>();

  function saw(node: Node | null): void {
    latest = node;
    answered.resolve();
    if (node !== null) onSeen(node);
  }

  async function look(): Promise<void> {
    try {
      saw(await kube.get<Node>({ resource: nodes, name: nodeName }));
    } catch (err) {
      log.debug("Could not ask for the Node", { err });
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const query = { resource: nodes, fieldSelector: `metadata.name=${nodeName}` };
    let wasThere = true;
    for await (const { available, items: [node = null] } of kube.follow<Node>(query, signal)) {
      // What an API server that is away has not said is not gone.
      if (node !== null || available) saw(node);
      const isThere = available && node !== null;
      if (isThere && !wasThere) onReturn();
      wasThere = isThere;
    }
  }

  return { node: () => latest, answered: answered.promise, saw, look, run };
}
