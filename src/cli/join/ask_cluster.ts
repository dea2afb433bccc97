/** What a cluster that is trusted says to a machine that shows its token. */
import { isPlainMap } from "../../core/plain_map.ts";
import { type KubeObject, nodes } from "../../core/kube/resource.ts";
import type { Node } from "../../core/node/node_object.ts";
import { Forbidden, messageOf, NotFound, PortError, Unauthorized } from "../../ports/errors.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import { CliError } from "../command.ts";
import type { Tree } from "../config/tree.ts";
import { clusterDefaults, KUBELET_CONFIG } from "./cluster_defaults.ts";

/** Gives what the cluster wants its nodes to be configured with; nothing where it does not say. Throws `CliError`. */
export async function askCluster(
  api: KubeApi,
  { nodeName }: { readonly nodeName: string },
): Promise<Tree> {
  const object = await orNothing(api.get<KubeObject & { readonly data?: unknown }>(KUBELET_CONFIG));
  const node = await orNothing(api.get<Node>({ resource: nodes, name: nodeName }));
  refuseReady(node, nodeName);
  const data = isPlainMap(object?.data) ? object.data["kubelet"] : undefined;
  return typeof data === "string" ? clusterDefaults(data) : {};
}

/** Null for what is not there, and for what a token may not read. */
async function orNothing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NotFound || error instanceof Forbidden) return null;
    if (error instanceof Unauthorized) {
      throw new CliError("the cluster does not accept the token for requests", {
        hint:
          "it has expired, or was made for signing only; `kubeadm token create` makes a new one",
      });
    }
    if (error instanceof PortError) throw new CliError(messageOf(error));
    throw error;
  }
}

/** Two machines under one name would fight for its pods. */
function refuseReady(node: Node | null, nodeName: string): void {
  const conditions = node?.status?.conditions ?? [];
  if (!conditions.some(({ type, status }) => type === "Ready" && status === "True")) return;
  throw new CliError(`the cluster has a node ${nodeName} that is Ready`, {
    hint: "give this one another name with --node-name, or delete the other (kubectl delete node)",
  });
}
