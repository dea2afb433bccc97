/**
 * Makes this machine a node of a k3s cluster:
 *
 *     whom to trust ─▶ what the server says ─▶ node password, certificate ─▶ kubeconfig, configuration ─▶ service
 *
 * No credential leaves before the server has proved itself, and all is taken back that was done in vain.
 */
import type { Access } from "../../../adapters/kube/access.ts";
import { type K3sNodePaths, k3sNodePaths } from "../../../adapters/k3s/node_files.ts";
import { apiServerUrl } from "../../../core/k3s/cluster_config.ts";
import { caHash } from "../../../core/k3s/ca_hash.ts";
import { kubeconfigText } from "../../../core/kube/kubeconfig_text.ts";
import { nodes } from "../../../core/kube/resource.ts";
import { NotFound, PortError } from "../../../ports/errors.ts";
import type { KubeApi } from "../../../ports/kube_api.ts";
import type { ServiceControl } from "../../../ports/service_control.ts";
import type { Supervisor } from "../../../ports/supervisor.ts";
import { CliError } from "../../command.ts";
import { howToStart, orUndone, serviceStep, writeClientCa, writeConfiguration } from "../apply.ts";
import { authorityOf, checkName, type NodeFiles, nodeFiles } from "../join.ts";
import {
  type ConfigurationInput,
  type PlannedConfiguration,
  plannedConfiguration,
  presentConfiguration,
} from "../plan.ts";
import type { Undo } from "../undo.ts";
import { hasCertificate } from "../wait_for_certificate.ts";
import { askServer, byToken, clusterFieldsOf, type ServerAnswers } from "./ask_server.ts";
import { firstCertificate } from "./first_certificate.ts";
import type { K3sRequest } from "./request.ts";
import { type TrustedServer, type TrustPorts, trustServer } from "./trust.ts";
import { ensurePassword, writeAdded, writeServerFiles, writeText } from "./write_files.ts";

export interface K3sJoinPorts extends TrustPorts {
  /** The API server, asked with a credential. */
  readonly authenticated: (access: Access) => KubeApi & { close(): void };
  /** Null: nothing here runs services. */
  readonly service: ServiceControl | null;
}

/** Idempotent. Throws `CliError`, the errors of the ports, and the signal's reason. */
export async function joinK3s(
  { request, input }: { readonly request: K3sRequest; readonly input: ConfigurationInput },
  ports: K3sJoinPorts,
  signal: AbortSignal,
): Promise<void> {
  const { say, service } = ports;
  const present = await presentConfiguration(input);
  await say(`Asking ${request.server} which cluster it is of`);
  const trusted = await trustServer(request, ports, signal);
  await say(`${request.server} can be trusted: ${reasonFor(request)}`);
  using supervisor = byToken(trusted, { ...request, ports });
  const answers = await askServer(supervisor, ports, signal);
  const node = nodeFiles(present.configuration, ports);
  const isMember = await isMemberOf(trusted, node, ports);
  if (!isMember) {
    await checkName({ certificateAuthority: trusted.authorityPem }, {
      node,
      ...present.configuration,
    });
  }
  const clusterFields = isMember ? {} : clusterFieldsOf(answers.config);
  const planned = await plannedConfiguration(present, {
    clusterFields,
    k3sServer: request.server,
    input,
  });
  const change = { ...request, input, present, planned, trusted, answers, node, isMember };
  await orUndone((undo) => apply({ ...change, supervisor, undo }, ports, signal), ports);
  const { nodeName } = planned.configuration;
  await say(service === null ? howToStart(input.configPath) : "The service skerry runs");
  await say(
    isMember
      ? `${nodeName} is a node of the cluster already`
      : `${nodeName} has its certificate: it has joined the cluster at ${request.server}`,
  );
}

function reasonFor({ token }: K3sRequest): string {
  return token.caHash === null
    ? "it was the first to answer (--insecure-first-use); from now on it is known by its authority"
    : "its authority is the one that the token is for";
}

interface Change extends K3sRequest {
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

async function apply(change: Change, ports: K3sJoinPorts, signal: AbortSignal): Promise<void> {
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

/** An authority below the same root is the same cluster's. Throws `CliError` where the node belongs to another one. */
async function isMemberOf(
  { caHash: expected, authorityPem }: TrustedServer,
  node: NodeFiles,
  ports: K3sJoinPorts,
): Promise<boolean> {
  if (!await hasCertificate({ ...ports, ...node })) return false;
  const authority = await authorityOf(node.kubeconfigPath);
  const hash = caHash(authority);
  if (authority === authorityPem.trim() || (hash.ok && hash.value === expected)) return true;
  throw new CliError("this node belongs to another cluster already", {
    hint: "to let it leave: skerry leave",
  });
}
