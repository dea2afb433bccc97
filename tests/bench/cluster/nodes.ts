/** Two nodes of one cluster, each on a machine with a containerd of its own: Skerry and the real kubelet. */
import { labAgent } from "../../lab/agent.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { labKubelet, untilNodeReady } from "../../lab/kubelet.ts";
import { type Lab, startLab } from "../../lab/lab.ts";
import { auditFlags } from "./audit.ts";

/** The nodes' names in the cluster. */
export const NODE_NAMES = ["skerry", "kubelet"] as const;
export type NodeName = typeof NODE_NAMES[number];

/** The program of a node. */
export interface NodeProcess {
  readonly pid: number | undefined;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What is measured. */
export interface Bench {
  readonly cluster: Cluster;
  readonly nodes: Readonly<Record<NodeName, NodeProcess>>;
  /** Where each runs. */
  readonly machines: Readonly<Record<NodeName, Lab>>;
  /** Path of the API server's audit log. */
  readonly auditLog: string;
}

/** Of both nodes; one address for DNS, as every cluster has it, though nobody asks there. */
const CONFIGURATION = { clusterDNS: ["10.96.0.10"], clusterDomain: "cluster.local" };

/** Starts cluster and nodes, which end with `stack`. */
export async function startBench(stack: AsyncDisposableStack): Promise<Bench> {
  const lab = stack.use(await startLab());
  const auditLog = `${lab.workDir}/audit.log`;
  const apiServerFlags = await auditFlags({ dir: lab.workDir, auditLog });
  const cluster = stack.use(await startCluster(lab, { apiServerFlags }));
  const machine = stack.use(await startLab({ nodeAddress: "10.99.0.2" }));
  await cluster.connect(machine);
  const kubeconfig = await cluster.nodeKubeconfig("skerry");
  const skerry = await labAgent(lab, {
    nodeName: "skerry",
    kubeconfig,
    kubelet: {
      ...CONFIGURATION,
      authentication: { x509: { clientCAFile: `${cluster.pki.dir}/ca.crt` } },
    },
  });
  const kubelet = stack.use(
    await labKubelet(machine, cluster, { nodeName: "kubelet", config: CONFIGURATION }),
  );
  const machines = { skerry: lab, kubelet: machine };
  const bench = { cluster, nodes: { skerry, kubelet }, machines, auditLog };
  await startNodes(bench);
  return bench;
}

/** Both, one after the other; resolves when they are Ready. */
export async function startNodes({ cluster, nodes }: Bench): Promise<void> {
  for (const name of NODE_NAMES) await nodes[name].start();
  for (const name of NODE_NAMES) await untilNodeReady(cluster, name);
}

/** Fresh processes: what was done before does not show in what they take. */
export async function restartNodes(bench: Bench): Promise<void> {
  for (const name of NODE_NAMES) await bench.nodes[name].stop();
  await startNodes(bench);
}
