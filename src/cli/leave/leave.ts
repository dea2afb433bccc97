/**
 * Undoes a join:
 *
 *     service stopped ─▶ Node deleted ─▶ what the agent keeps of the cluster ─▶ configuration
 *
 * The configuration comes last: where a step fails, the command can be called again.
 */
import type { Access } from "../../adapters/kube/access.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubeApi } from "../../ports/kube_api.ts";
import type { NodeKubeconfig } from "../../ports/node_kubeconfig.ts";
import type { ServiceControl } from "../../ports/service_control.ts";
import { changeFile, createUndo } from "../join/undo.ts";
import { CliError } from "../command.ts";
import type { Configuration } from "../config/configuration.ts";
import { nodeFiles } from "../join/join.ts";
import { type ConfigurationInput, presentConfiguration } from "../join/plan.ts";
import { deleteNode } from "./delete_node.ts";
import { removeClusterFiles } from "./remove_files.ts";
import { withoutCluster } from "./without_cluster.ts";

export interface LeavePorts {
  readonly clock: Clock;
  /** Tells a person what was done. */
  readonly say: (line: string) => Promise<void>;
  /** The API server, asked with a credential. */
  readonly authenticated: (access: Access) => KubeApi & { close(): void };
  /** Null: nothing here runs services. */
  readonly service: ServiceControl | null;
  /** Throws `CliError` while an agent has this folder. */
  readonly lock: (rootDir: string) => Promise<Disposable>;
}

export interface LeaveOptions {
  readonly input: ConfigurationInput;
  /** The Node stays in the cluster. */
  readonly keepNode: boolean;
}

/** Throws `CliError`, and the errors of the ports. */
export async function leaveCluster(
  { input, keepNode }: LeaveOptions,
  ports: LeavePorts,
): Promise<void> {
  const { say, service } = ports;
  const { text, configuration } = await presentConfiguration(input);
  const { nodeName, kubeconfig, rootDir } = configuration;
  if (kubeconfig === undefined) {
    throw new CliError(`${input.configPath} names no cluster that this node could leave`);
  }
  const { kubeconfig: node } = nodeFiles(configuration, ports);
  await service?.stop();
  using _lock = await ports.lock(rootDir);
  const isGone = keepNode ? false : await deleteNode({ nodeName, kubeconfig, node }, ports);
  const edited = await withoutCluster(text, configuration);
  await removeClusterFiles(configuration, { isOwn: await isOwn(node), keepPassword: !isGone });
  await writeText(input.configPath, edited.text);
  await say(`Wrote ${input.configPath}`);
  if (edited.stays.length > 0) {
    await say(`These may be of the cluster, and stay: ${edited.stays.join(", ")}`);
  }
  await service?.enable({ enabled: false });
  const again = service === null ? "skerry run" : "systemctl enable --now skerry";
  await say(`${nodeName} has left the cluster; without it the agent runs again by: ${again}`);
}

async function writeText(path: string, content: string): Promise<void> {
  const undo = createUndo();
  await changeFile(path, { content, mode: 0o644, undo });
  await undo.settle();
}

/** A kubeconfig with another credential is somebody else's. */
async function isOwn(node: NodeKubeconfig): Promise<boolean> {
  const credential = await node.read();
  return credential.kind === "None" || (credential.kind === "Certificate" && credential.isOwn);
}

export type LeavingNode = Pick<Configuration, "nodeName"> & {
  readonly kubeconfig: string;
  readonly node: NodeKubeconfig;
};
