/** Makes this machine a Node of the cluster: creates it, or takes over the one of its name. */
import { second } from "../../core/instant.ts";
import { nodes, type ObjectRef } from "../../core/kube/resource.ts";
import type { Node, NodeSystemInfo } from "../../core/node/node_object.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import { adoptionPatch } from "../../core/node/registration.ts";
import type { Clock } from "../../ports/clock.ts";
import { Conflict, Forbidden } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { Log } from "../../ports/log.ts";
import { createApiTrouble } from "../cluster/api_trouble.ts";
import { waited } from "../../ports/waited.ts";
import { requestDelayMs } from "../cluster/request_delay.ts";
import { unlessAborted } from "../../ports/unless_aborted.ts";

export interface RegistrationDeps {
  readonly kube: KubeApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly node: Pick<NodeSettings, "nodeName">;
  /** The Node as it would be made now. */
  readonly initialNode: () => Promise<Node>;
}

/** As the kubelet: after 100 ms the second attempt, and so on up to 7 s. */
const firstRetryMs = second / 10;

/** Tries until the API server has the Node; gives null when the signal aborts. */
export async function registerNode(
  deps: RegistrationDeps,
  signal: AbortSignal,
): Promise<Node | null> {
  const trouble = createApiTrouble({ log: deps.log, what: "register the node" });
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      const node = await unlessAborted(createOrAdopt(deps), signal);
      trouble.succeeded();
      return node;
    } catch (err) {
      if (signal.aborted) return null;
      trouble.failed(err);
      await waited(deps.clock, requestDelayMs({ failures, firstMs: firstRetryMs, err }), signal);
    }
  }
  return null;
}

/** Who may not create may still have a Node that somebody else has created. */
async function createOrAdopt(
  { kube, log, node: { nodeName }, initialNode }: RegistrationDeps,
): Promise<Node> {
  const ref: ObjectRef = { resource: nodes, name: nodeName };
  const wanted = await initialNode();
  try {
    const created = await kube.create<Node>(ref, wanted);
    log.info("Registered the node", { node: nodeName });
    return created;
  } catch (err) {
    if (!(err instanceof Conflict || err instanceof Forbidden)) throw err;
    const existing = await kube.get<Node>(ref).catch((why) => {
      throw err instanceof Forbidden ? err : why;
    });
    return await adopt({ kube, log, ref }, { existing, wanted });
  }
}

async function adopt(
  { kube, log, ref }: Pick<RegistrationDeps, "kube" | "log"> & { readonly ref: ObjectRef },
  { existing, wanted }: { readonly existing: Node; readonly wanted: Node },
): Promise<Node> {
  if (isAnotherMachine(existing.status?.nodeInfo ?? {}, wanted.status?.nodeInfo ?? {})) {
    log.warn("Another machine has registered this node: if it still runs, give one another name", {
      node: ref.name,
    });
  }
  const body = adoptionPatch({ existing, wanted });
  log.info("Took the node over", { node: ref.name });
  if (body === null) return existing;
  return await kube.patch<Node>({ ...ref, subresource: "status" }, { kind: "strategic", body });
}

/** A system that was installed anew has another ID, but is on the same board. */
function isAnotherMachine(
  former: Partial<NodeSystemInfo>,
  own: Partial<NodeSystemInfo>,
): boolean {
  return (former.machineID ?? "") !== "" && former.machineID !== own.machineID &&
    former.systemUUID !== own.systemUUID;
}
