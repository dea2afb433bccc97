/**
 * Undoes a join:
 *
 *     service stopped ─▶ what the agent keeps of the cluster ─▶ configuration
 *
 * The configuration comes last: where a step fails, the command can be called again. The Node is not the machine's to delete: Kubernetes lets no
 * node do that.
 */
import type { Clock } from "../../ports/clock.ts";
import type { NodeKubeconfig } from "../../ports/node_kubeconfig.ts";
import type { ServiceControl } from "../../ports/service_control.ts";
import { CliError } from "../command.ts";
import { DEFAULT_CONFIG_FILE } from "../default_paths.ts";
import { nodeFiles } from "../join/join.ts";
import { type ConfigurationInput, presentConfiguration } from "../join/plan.ts";
import { changeFile, createUndo } from "../join/undo.ts";
import { removeClusterFiles } from "./remove_files.ts";
import { withoutCluster } from "./without_cluster.ts";

export interface LeavePorts {
  readonly clock: Clock;
  /** Tells a person what was done. */
  readonly say: (line: string) => Promise<void>;
  /** Null: nothing here runs services. */
  readonly service: ServiceControl | null;
  /** Throws `Conflict` while an agent has this folder. */
  readonly lock: (rootDir: string) => Promise<Disposable>;
}

/** Throws `CliError`, and the errors of the ports. */
export async function leaveCluster(input: ConfigurationInput, ports: LeavePorts): Promise<void> {
  const { say, service } = ports;
  const { configPath } = input;
  const { text, configuration } = await presentConfiguration(input);
  const { nodeName, kubeconfig, rootDir } = configuration;
  if (kubeconfig === undefined) {
    throw new CliError(`${configPath} names no cluster that this node could leave`);
  }
  const { kubeconfig: node } = nodeFiles(configuration, ports);
  await service?.stop();
  using _lock = await ports.lock(rootDir);
  const edited = await withoutCluster(text, configuration);
  await removeClusterFiles(configuration, { isOwn: await isOwn(node) });
  await writeText(configPath, edited.text);
  await say(`Wrote ${configPath}`);
  if (edited.stays.length > 0) {
    await say(`These may be of the cluster, and stay: ${edited.stays.join(", ")}`);
  }
  await service?.enable({ enabled: false });
  await say(`${nodeName} has left. For the cluster to know of it: kubectl delete node ${nodeName}`);
  const flag = configPath === DEFAULT_CONFIG_FILE ? "" : ` --config ${configPath}`;
  const start = service === null ? `skerry run${flag}` : "systemctl enable --now skerry";
  await say(`The cluster's pods end when the agent starts without it: ${start}`);
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
