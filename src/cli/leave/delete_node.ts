/** Deletes the Node of a machine that leaves, as far as its own certificate lets it. */
import { readContents } from "../../adapters/kube/kubeconfig_contents.ts";
import { readKubeconfig } from "../../adapters/kube/kubeconfig_file.ts";
import { nodes } from "../../core/kube/resource.ts";
import { messageOf, NotFound, PortError } from "../../ports/errors.ts";
import type { LeavePorts, LeavingNode } from "./leave.ts";

/** Gives whether the cluster has no such Node any more. That it cannot be asked keeps no machine from leaving. */
export async function deleteNode(
  { nodeName, kubeconfig, node }: LeavingNode,
  { authenticated, say }: Pick<LeavePorts, "authenticated" | "say">,
): Promise<boolean> {
  try {
    const credential = await node.read();
    if (credential.kind !== "Certificate") return await stays("no certificate of the node's own");
    const { cluster: { server, authority } } = await readKubeconfig(kubeconfig);
    const [authorityPem] = await readContents([authority]);
    const cluster = { server, ...(authorityPem !== undefined && { authorityPem }) };
    const { certificate: certPem, key: keyPem } = credential.pair;
    const api = authenticated({ cluster, certificate: { certPem, keyPem } });
    try {
      await api.delete({ resource: nodes, name: nodeName });
    } finally {
      api.close();
    }
    await say(`Deleted the Node ${nodeName}`);
    return true;
  } catch (error) {
    if (error instanceof NotFound) return true;
    if (!(error instanceof PortError)) throw error;
    return await stays(messageOf(error));
  }

  async function stays(why: string): Promise<false> {
    await say(`The Node stays (${why}); to delete it: kubectl delete node ${nodeName}`);
    return false;
  }
}
