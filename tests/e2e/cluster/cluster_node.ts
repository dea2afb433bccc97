/**
 * A cluster of one node for the stories in this folder. The node is Skerry; with `SKERRY_TEST_NODE=kubelet` it is the real kubelet, which
 * shows whether a story asks for what Kubernetes really does.
 */
import { type LabAgent, labAgent } from "../../lab/agent.ts";
import { type Cluster, type ClusterOptions, startCluster } from "../../lab/cluster.ts";
import { type LabKubelet, labKubelet, untilNodeReady } from "../../lab/kubelet.ts";
import { type Lab, startLab } from "../../lab/lab.ts";

/** What the stories ask of a node, whoever plays it. */
export type NodeProgram = Pick<
  LabAgent & LabKubelet,
  "pid" | "logPath" | "podLogsDir" | "start" | "stop" | "kill" | "apply" | "remove"
>;

export interface ClusterNode extends AsyncDisposable {
  readonly lab: Lab;
  readonly cluster: Cluster;
  readonly name: string;
  readonly program: NodeProgram;
}

export interface ClusterNodeOptions {
  readonly cluster?: ClusterOptions;
  /** Fields of the KubeletConfiguration. */
  readonly kubelet?: Readonly<Record<string, unknown>>;
}

const NAME = "edge-1";

/** Starts everything; resolves when the node is Ready. */
export async function startClusterNode(options: ClusterNodeOptions = {}): Promise<ClusterNode> {
  await using started = new AsyncDisposableStack();
  const lab = started.use(await startLab());
  const cluster = started.use(await startCluster(lab, options.cluster));
  const { kubelet = {} } = options;
  const program = await nodeProgram({ lab, cluster, kubelet }, started);
  await program.start();
  await untilNodeReady(cluster, NAME);
  const all = started.move();
  return { lab, cluster, name: NAME, program, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

interface Parts {
  readonly lab: Lab;
  readonly cluster: Cluster;
  readonly kubelet: Readonly<Record<string, unknown>>;
}

async function nodeProgram(
  { lab, cluster, kubelet }: Parts,
  started: AsyncDisposableStack,
): Promise<NodeProgram> {
  if (Deno.env.get("SKERRY_TEST_NODE") === "kubelet") {
    return started.use(await labKubelet(lab, cluster, { nodeName: NAME, config: kubelet }));
  }
  const kubeconfig = await cluster.nodeKubeconfig(NAME);
  const authentication = { x509: { clientCAFile: `${cluster.pki.dir}/ca.crt` } };
  return await labAgent(lab, {
    nodeName: NAME,
    kubeconfig,
    kubelet: { authentication, ...kubelet },
  });
}
