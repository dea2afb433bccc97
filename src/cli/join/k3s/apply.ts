/** Carries out what was planned for a node of a k3s cluster; what fails is taken back. */
import type { Access } from "../../../adapters/kube/access.ts";
import { type K3sNodePaths, k3sNodePaths } from "../../../adapters/k3s/node_files.ts";
import { apiServerUrl } from "../../../core/k3s/cluster_config.ts";
import { kubeconfigText } from "../../../core/kube/kubeconfig_text.ts";
import { nodes } from "../../../core/kube/resource.ts";
import { NotFound, PortError } from "../../../ports/errors.ts";
import type { KubeApi } from "../../../ports/kube_api.ts";
import type { ServiceControl } from "../../../ports/service_control.ts";
import type { Supervisor } from "../../../ports/supervisor.ts";
import { serviceStep, writeClientCa, writeConfiguration } from "../apply.ts";
import type { NodeFiles } from "../join.ts";
import type { ConfigurationInput, PlannedConfiguration } from "../plan.ts";
import type { Undo } from "../undo.ts";
import type { ServerAnswers } from "./ask_server.ts";
import { firstCertificate } from "./first_certificate.ts";
import type { K3sRequest } from "./request.ts";
import type { TrustedServer, TrustPorts } from "./trust.ts";
import { ensurePassword, writeAdded, writeServerFiles, writeText } from "./write_files.ts";

export interface K3sJoinPorts extends TrustPorts {
  /** The API server, asked with a credential. */
  readonly authenticated: (access: Access) => KubeApi & { close(): void };
  /** Null: nothing here runs services. */
  readonly service: ServiceControl | null;
}

/** What was found out and is to be done. */
export interface Change extends K3sRequest {
  readonly input: ConfigurationInput;
  readonly present: PlannedConfiguration;
  readonly planned: PlannedConfiguration;
  readonly trusted: TrustedServer;
  readonly answers: ServerAnswers;
  readonly node: NodeFiles;
  readonly isMember: boolean;
  readonly supervisor: Supervisor;
  readonly undo: Undo;
}

/** Throws `CliError`, the errors of the ports, and the signal's reason. */
export async function apply(
  change: Change,
  ports: K3sJoinPorts,
  signal: AbortSignal,
): Promise<void> {
  const { input, present, planned, answers, isMember, undo } = change;
  const { service, say } = ports;
  signal.throwIfAborted();
  const paths = k3sNodePaths(planned.configuration.rootDir);
  const start = service === null ? null : await serviceStep(service, { undo });
  if (!isMember) await getCertificate(change, { paths, ports }, signal);
  const isNew = await writeServerFiles(paths, change);
  const isMoved = await writeKubeconfig(change);
  await writeClientCa({ certificateAuthority: answers.clientCa }, { ...planned, undo });
  const [before, after] = [present.text, planned.text];
  if (before !== after) await writeAdded(paths, { before, after, undo });
  await writeConfiguration(input.configPath, { before, after, undo, say });
  const isGone = isMember && await isDeleted(change, ports);
  if (isGone) await say("The cluster has no such node any more: the agent is to register it again");
  await start?.start({ isChanged: !isMember || isNew || isMoved || isGone || before !== after });
}

async function getCertificate(
  { planned: { configuration }, supervisor, undo }: Change,
  { paths, ports }: { readonly paths: K3sNodePaths; readonly ports: K3sJoinPorts },
  signal: AbortSignal,
): Promise<void> {
  const { nodeName: name, nodeIps: ips, certificates: { dir } } = configuration;
  const password = await ensurePassword(paths, { undo });
  const node = { name, password, ips: ips.filter((ip) => ip !== "::") };
  await firstCertificate({ supervisor, node, dir, undo }, ports, signal);
}

/** Gives whether it says something else. */
async function writeKubeconfig(
  { trusted: { server, authorityPem }, answers, node, undo }: Change,
): Promise<boolean> {
  const content = kubeconfigText({
    cluster: {
      server: apiServerUrl(server, answers.config),
      authority: { kind: "text", text: authorityPem },
      proxyUrl: undefined,
    },
    user: { certificatePath: node.certificatePath },
  });
  return await writeText(node.kubeconfigPath, { content, mode: 0o600, undo });
}

/** A Node that somebody has deleted comes back when the agent starts; that the server cannot be asked is no reason to fail. */
async function isDeleted(
  { planned: { configuration: { nodeName } }, trusted, answers, node }: Change,
  ports: K3sJoinPorts,
): Promise<boolean> {
  const credential = await node.kubeconfig.read();
  if (credential.kind !== "Certificate") return false;
  const { certificate: certPem, key: keyPem } = credential.pair;
  const { authorityPem } = trusted;
  const server = apiServerUrl(trusted.server, answers.config);
  const certificate = { certPem, keyPem };
  const api = ports.authenticated({ cluster: { server, authorityPem }, certificate });
  try {
    await api.get({ resource: nodes, name: nodeName });
    return false;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return error instanceof NotFound;
  } finally {
    api.close();
  }
}
