/** A node whose line to its cluster can be broken, with a second one beside it and a controller manager that is quick to miss nodes. */
import { type LabAgent, labAgent } from "../../lab/agent.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { type FaultyLink, startFaultyLink } from "../../lab/faulty_link.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { startLab } from "../../lab/lab.ts";
import type { ClusterNode } from "./cluster_node.ts";

export interface LinkNode extends ClusterNode {
  readonly program: LabAgent;
  readonly link: FaultyLink;
  /** Path of the kubeconfig that names the link as the server. */
  readonly kubeconfig: string;
}

const NAME = "edge-1";

const QUICK = [
  "--node-monitor-period=1s",
  "--node-monitor-grace-period=10s",
  "--node-eviction-rate=10",
];

/** Resolves when the node is Ready. */
export async function startLinkNode(): Promise<LinkNode> {
  await using started = new AsyncDisposableStack();
  const lab = started.use(await startLab());
  const cluster = started.use(await startCluster(lab, { controllerManagerFlags: QUICK }));
  const link = await startFaultyLink(lab, cluster);
  started.use(await keepOtherNode(cluster));
  const kubeconfig = await cluster.nodeKubeconfig(NAME);
  const text = await Deno.readTextFile(kubeconfig);
  await Deno.writeTextFile(kubeconfig, text.replace(cluster.server, link.server));
  const program = await labAgent(lab, {
    nodeName: NAME,
    kubeconfig,
    // It renews its Lease each second.
    kubelet: { nodeLeaseDurationSeconds: 4 },
  });
  await program.start();
  await untilNodeReady(cluster, NAME);
  const all = started.move();
  return {
    lab,
    cluster,
    link,
    kubeconfig,
    name: NAME,
    program,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const RENEW_MS = 1_000;

/**
 * Plays a node that is well and takes no pods: where all nodes are away at once, the controller manager takes itself for the one
 * that is cut off, and evicts nothing.
 */
async function keepOtherNode(cluster: Cluster): Promise<AsyncDisposable> {
  const name = "other";
  const send = async (method: string, path: string, body: unknown): Promise<void> => {
    const headers = {
      "content-type": method === "POST" ? "application/json" : "application/merge-patch+json",
    };
    const response = await cluster.fetch(path, { method, headers, body: JSON.stringify(body) });
    await response.body?.cancel();
  };
  const ready = { type: "Ready", status: "True", reason: "KubeletReady" };
  const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
  const spec = () => ({
    holderIdentity: name,
    renewTime: new Date().toISOString().replace("Z", "000Z"),
  });
  await send("POST", "/api/v1/nodes", { metadata: { name }, spec: { unschedulable: true } });
  await send("PATCH", `/api/v1/nodes/${name}/status`, { status: { conditions: [ready] } });
  await send("POST", leases, {
    metadata: { name, namespace: "kube-node-lease" },
    spec: { ...spec(), leaseDurationSeconds: 40 },
  });
  let isKept = true;
  const keeping = (async () => {
    while (isKept) {
      // The API server is away now and then.
      await send("PATCH", `${leases}/${name}`, { spec: spec() }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, RENEW_MS));
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      isKept = false;
      await keeping;
    },
  };
}
