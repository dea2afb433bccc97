/**
 * Makes this machine a node of a k3s cluster:
 *
 *     whom to trust ─▶ what the server says ─▶ node password, certificate ─▶ kubeconfig, configuration ─▶ service
 *
 * No credential leaves before the server has proved itself, and all is taken back that was done in vain.
 */
import { caHash } from "../../../core/k3s/ca_hash.ts";
import { CliError } from "../../command.ts";
import { howToStart, orUndone } from "../apply.ts";
import { authorityOf, checkName, type NodeFiles, nodeFiles } from "../join.ts";
import { type ConfigurationInput, plannedConfiguration, presentConfiguration } from "../plan.ts";
import { hasCertificate } from "../wait_for_certificate.ts";
import { apply, type K3sJoinPorts } from "./apply.ts";
import { askServer, byToken, clusterFieldsOf } from "./ask_server.ts";
import type { K3sRequest } from "./request.ts";
import { type TrustedServer, trustServer } from "./trust.ts";

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
