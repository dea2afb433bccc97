/** A site whose node reaches its cluster on two ways, each of which can be cut: the API server directly, and a broker with a bridge behind it. */
import { type LabAgent, labAgent } from "../../lab/agent.ts";
import { allowBridges, type LabBridge, labBridge } from "../../lab/bridge.ts";
import { type BrokerNetwork, startBrokerNetwork } from "../../lab/broker_network.ts";
import { type Cluster, startCluster } from "../../lab/cluster.ts";
import { untilNodeReady } from "../../lab/kubelet.ts";
import { type Lab, startLab } from "../../lab/lab.ts";
import type { LabBroker } from "../../lab/lab_broker.ts";
import type { LabLink } from "../../lab/lab_link.ts";
import { startMosquitto } from "../../lab/mosquitto.ts";

export interface RelaySite extends AsyncDisposable {
  /** The node's machine. */
  readonly edge: Lab;
  readonly agent: LabAgent;
  /** The same agent with its configuration written anew. */
  again(): Promise<LabAgent>;
  /** Of the node. */
  readonly kubeconfig: string;
  readonly cluster: Cluster;
  /** Between the node and the API server. */
  readonly link: LabLink;
  readonly mosquitto: LabBroker;
  readonly bridge: LabBridge;
  /** The cable 0 is the cluster's, 1 the node's. */
  readonly network: BrokerNetwork;
}

export const NODE = "edge-1";
const PORT = 8883;

export interface RelaySiteOptions {
  /** Fields of the relay's settings besides those that tie it to the site. */
  readonly relay?: Readonly<Record<string, unknown>>;
  readonly kubelet?: Readonly<Record<string, unknown>>;
  readonly controllerManagerFlags?: readonly string[];
}

/** Resolves when the node is Ready. */
export async function startRelaySite(options: RelaySiteOptions = {}): Promise<RelaySite> {
  await using started = new AsyncDisposableStack();
  const center = started.use(await startLab());
  const cluster = started.use(await startCluster(center, options));
  await allowBridges(cluster);
  const edge = started.use(await startLab({ nodeAddress: "10.99.0.2" }));
  const link = await cluster.connect(edge);
  const network = started.use(await startBrokerNetwork([center, edge]));
  const dir = `${center.workDir}/broker`;
  await Deno.mkdir(dir);
  const mosquitto = started.use(
    await startMosquitto({
      dir,
      port: PORT,
      inside: network.inside,
      addresses: network.addresses,
      clientAuthority: cluster.ca,
    }),
  );
  const urlOf = (lab: number): string => `mqtts://${network.addresses[lab]}:${PORT}`;
  const bridge = started.use(
    await labBridge(cluster, {
      broker: urlOf(0),
      brokerCaFile: mosquitto.caFile,
      cluster: "north",
      port: 10_260,
      inside: center.inside,
      server: cluster.server,
    }),
  );
  const kubeconfig = await cluster.nodeKubeconfig(NODE);
  const again = (): Promise<LabAgent> =>
    labAgent(edge, {
      nodeName: NODE,
      kubeconfig,
      kubelet: options.kubelet ?? {},
      skerry: {
        relay: {
          cluster: "north",
          brokers: [urlOf(1)],
          caFile: mosquitto.caFile,
          ...options.relay,
        },
      },
    });
  const agent = await again();
  await agent.start();
  await untilNodeReady(cluster, NODE);
  const all = started.move();
  return {
    edge,
    agent,
    again,
    kubeconfig,
    cluster,
    link,
    mosquitto,
    bridge,
    network,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
