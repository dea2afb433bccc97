/**
 * Makes this machine a node of a cluster:
 *
 *     whom to trust ─▶ what the cluster wants ─▶ bootstrap kubeconfig, configuration ─▶ service ─▶ certificate
 *
 * Nothing is written before the server has proved itself, and up to the start of the service all is taken back that was done in vain.
 */
import type { Access } from "../../adapters/kube/access.ts";
import { readContents } from "../../adapters/kube/kubeconfig_contents.ts";
import { readKubeconfig } from "../../adapters/kube/kubeconfig_file.ts";
import { nodeKubeconfig } from "../../adapters/kube/node_kubeconfig.ts";
import { removeIfThere } from "../../adapters/linux/durable_file.ts";
import { rotatingPair } from "../../adapters/x509/rotating_pair.ts";
import { bearer, type ClusterInfo } from "../../core/kube/cluster_info.ts";
import { nodeOf } from "../../core/kube/certificate_request.ts";
import { parseCertificates } from "../../core/x509/certificate.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { NodeKubeconfig } from "../../ports/node_kubeconfig.ts";
import type { ServiceControl } from "../../ports/service_control.ts";
import { CliError } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import type { Tree } from "../config/tree.ts";
import {
  howToStart,
  orUndone,
  serviceStep,
  writeClientCa,
  writeConfiguration,
  writeCredential,
} from "./apply.ts";
import { askCluster } from "./ask_cluster.ts";
import { discover, type DiscoveryPorts } from "./discover.ts";
import {
  type ConfigurationInput,
  type KubeconfigPaths,
  kubeconfigPaths,
  plannedConfiguration,
  presentConfiguration,
} from "./plan.ts";
import type { JoinRequest } from "./request.ts";
import { hasCertificate, waitForCertificate } from "./wait_for_certificate.ts";

export interface JoinPorts extends DiscoveryPorts {
  /** Asks with a credential. */
  readonly authenticated: (access: Access) => KubeApi & { close(): void };
  /** Null: nothing here runs services. */
  readonly service: ServiceControl | null;
  /** What the agent at a control socket says of the client certificate; "" where none answers. */
  readonly problem: (socket: string) => Promise<string>;
}

export interface JoinOptions {
  readonly request: JoinRequest;
  readonly input: ConfigurationInput;
  /** How long the certificate is waited for; 0: not at all. */
  readonly timeoutMs: number;
}

/** Idempotent. Throws `CliError`, the errors of the ports, and the signal's reason. */
export async function joinCluster(
  { request, input, timeoutMs }: JoinOptions,
  ports: JoinPorts,
  signal: AbortSignal,
): Promise<void> {
  const { say, service } = ports;
  const { configPath } = input;
  const present = await presentConfiguration(input);
  refuseK3s(present.configuration);
  await say(`Asking ${request.server} which cluster it is of`);
  const info = await discover(request, ports, signal);
  await say(`${info.server} can be trusted: ${reasonFor(request)}`);
  const node = nodeFiles(present.configuration, ports);
  const isMember = await isMemberOf(info, node, ports);
  if (!isMember) await checkName(info, { node, ...present.configuration });
  const clusterFields = isMember ? {} : await fieldsOf(info, {
    token: request.token,
    nodeName: present.configuration.nodeName,
    ports,
  });
  const planned = await plannedConfiguration(present, { clusterFields, input });
  await orUndone(async (undo) => {
    signal.throwIfAborted();
    const start = service === null ? null : await serviceStep(service, { undo });
    if (!isMember) await writeCredential({ info, token: request.token }, { ...node, undo });
    const [before, after] = [present.text, planned.text];
    await writeClientCa(info, { ...planned, undo });
    await writeConfiguration(configPath, { before, after, undo, say });
    await start?.start({ isChanged: !isMember || before !== after });
  }, ports);
  await say(service === null ? howToStart(configPath) : "The service skerry runs");
  const { nodeName, controlSocket } = planned.configuration;
  if (isMember) return await say(`${nodeName} is a node of the cluster already`);
  if (timeoutMs === 0) return;
  const problem = (): Promise<string> => ports.problem(controlSocket);
  await waitForCertificate({ ...ports, ...node, problem }, { timeoutMs }, signal);
  await removeIfThere(node.bootstrapPath);
  await say(`${nodeName} has its certificate: it has joined the cluster at ${info.server}`);
}

/** Its certificates would go on being asked for there. */
function refuseK3s({ k3sServer }: Pick<Configuration, "k3sServer">): void {
  if (k3sServer === undefined) return;
  throw new CliError(`this node belongs to a k3s cluster already, at ${k3sServer}`, {
    hint: "to let it leave: skerry leave",
  });
}

/** A node that joins its cluster again is the same one: another name would be another node, without its pods. */
export async function checkName(
  { certificateAuthority }: Pick<ClusterInfo, "certificateAuthority">,
  { node: { kubeconfig, kubeconfigPath }, nodeName }: Pick<Configuration, "nodeName"> & {
    readonly node: NodeFiles;
  },
): Promise<void> {
  const credential = await kubeconfig.read();
  if (credential.kind !== "Certificate" || !credential.isOwn) return;
  const chain = parseCertificates(credential.pair.certificate);
  const former = chain.ok ? nodeOf(chain.value[0].commonName) : null;
  if (former === null || former === nodeName) return;
  if (await authorityOf(kubeconfigPath) !== certificateAuthority.trim()) return;
  throw new CliError(`this node is called ${former} in the cluster, and would now be ${nodeName}`, {
    hint:
      `give its name (--node-name ${former}), or remove ${kubeconfigPath} to make another of it`,
  });
}

/** In PEM; "" where it names none. */
export async function authorityOf(kubeconfigPath: string): Promise<string> {
  const { cluster } = await readKubeconfig(kubeconfigPath);
  const [authority = ""] = await readContents([cluster.authority]);
  return authority.trim();
}

function reasonFor({ pins, token }: JoinRequest): string {
  const signed = `it knows the secret of the token ${token.id}`;
  return pins.length === 0 ? signed : `${signed}, and its authority is the one expected`;
}

async function fieldsOf(
  { server, certificateAuthority }: ClusterInfo,
  { token, nodeName, ports }: {
    readonly token: JoinRequest["token"];
    readonly nodeName: string;
    readonly ports: JoinPorts;
  },
): Promise<Tree> {
  const cluster = { server, authorityPem: certificateAuthority };
  const api = ports.authenticated({ cluster, authorization: bearer(token) });
  try {
    const fields = await askCluster(api, { nodeName });
    const names = Object.keys(fields).join(", ");
    if (names !== "") await ports.say(`The cluster gives ${names}`);
    return fields;
  } finally {
    api.close();
  }
}

export interface NodeFiles extends KubeconfigPaths {
  readonly kubeconfig: NodeKubeconfig;
  /** The link to the node's certificate. */
  readonly certificatePath: string;
}

export function nodeFiles(
  configuration: Configuration,
  { clock }: Pick<JoinPorts, "clock">,
): NodeFiles {
  const paths = kubeconfigPaths(configuration);
  const { dir } = configuration.certificates;
  const certificatePath = rotatingPair({ dir, prefix: "kubelet-client", clock }).path;
  const { kubeconfigPath: path, bootstrapPath } = paths;
  const kubeconfig = nodeKubeconfig({ path, bootstrapPath, certificatePath });
  return { ...paths, certificatePath, kubeconfig };
}

/** Throws `CliError` where the node belongs to another cluster. */
async function isMemberOf(
  { certificateAuthority }: ClusterInfo,
  node: NodeFiles,
  ports: JoinPorts,
): Promise<boolean> {
  const { kubeconfigPath, certificatePath } = node;
  if (!await hasCertificate({ ...ports, ...node })) return false;
  if (await authorityOf(kubeconfigPath) === certificateAuthority.trim()) return true;
  const { cluster } = await readKubeconfig(kubeconfigPath);
  throw new CliError(`this node belongs to another cluster already, at ${cluster.server}`, {
    hint: `to let it leave, stop the agent and remove ${kubeconfigPath} and ${certificatePath}`,
  });
}
