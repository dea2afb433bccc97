/** The node that the suite runs against: the real kubelet or Skerry. */
import { buildBundle } from "../bench/build.ts";
import { labAgent } from "../lab/agent.ts";
import type { Cluster } from "../lab/cluster.ts";
import { labKubelet, untilNodeReady } from "../lab/kubelet.ts";
import type { Lab } from "../lab/lab.ts";

export type NodeKind = "kubelet" | "skerry";

/** A node that is Ready. */
export interface ConformanceNode extends AsyncDisposable {
  readonly logPath: string;
}

const NODE_NAME = "node-1";

export async function startNode(
  kind: NodeKind,
  { lab, cluster }: { readonly lab: Lab; readonly cluster: Cluster },
): Promise<ConformanceNode> {
  const node = kind === "kubelet"
    ? await startKubelet(lab, cluster)
    : await startSkerry(lab, cluster);
  await untilNodeReady(cluster, NODE_NAME);
  return node;
}

async function startKubelet(lab: Lab, cluster: Cluster): Promise<ConformanceNode> {
  const kubelet = await labKubelet(lab, cluster, { nodeName: NODE_NAME });
  await kubelet.start();
  return kubelet;
}

async function startSkerry(lab: Lab, cluster: Cluster): Promise<ConformanceNode> {
  await buildBundle();
  const agent = await labAgent(lab, {
    nodeName: NODE_NAME,
    kubeconfig: await cluster.nodeKubeconfig(NODE_NAME),
    kubelet: {
      authentication: { x509: { clientCAFile: `${cluster.pki.dir}/ca.crt` } },
      enforceNodeAllocatable: [],
    },
    flags: [`--node-ip=${lab.nodeAddress}`],
  });
  await agent.start();
  return { logPath: agent.logPath, [Symbol.asyncDispose]: agent.stop };
}
