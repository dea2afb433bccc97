/** Puts together what a Node's status is computed from. */
import { nodeIps } from "../../core/node/addresses.ts";
import type { OwnCondition } from "../../core/node/conditions.ts";
import type { MachineIdentity, MachineSize } from "../../core/node/machine.ts";
import type { ClusterSettings } from "../../core/node/cluster_settings.ts";
import type { NodeSettings } from "../../core/node/settings.ts";
import type { StatusInput } from "../../core/node/status.ts";
import type { Log } from "../../ports/log.ts";
import type { Machine } from "../../ports/machine.ts";
import type { ImageWatch } from "../images/image_watch.ts";
import type { PressureWatch } from "./pressure_watch.ts";
import type { RuntimeState } from "../runtime_state.ts";

/** All of a status' input that is found out. */
export type NodeFacts = Omit<StatusInput, "settings" | "previous" | "computed" | "now">;

export interface NodeFactsDeps {
  readonly machine: Machine;
  readonly log: Log;
  readonly runtimeState: RuntimeState;
  readonly imageWatch: ImageWatch;
  readonly pressureWatch: PressureWatch;
  readonly node: Pick<NodeSettings, "nodeName" | "paths" | "hostsFile">;
  readonly cluster: Pick<ClusterSettings, "configuredIps">;
  /** The conditions that no kubelet has. */
  readonly ownConditions: () => readonly OwnCondition[];
}

interface Fixed {
  readonly identity: MachineIdentity;
  readonly size: MachineSize;
  readonly disk: StatusInput["disk"];
}

/** Gives a function that tells the facts of the moment; what stays the same is asked for once. */
export function createNodeFacts(deps: NodeFactsDeps): () => Promise<NodeFacts> {
  const { machine, runtimeState, imageWatch, pressureWatch } = deps;
  const ips = createAddresses(deps);
  let fixed: Promise<Fixed> | null = null;

  async function ask(): Promise<Fixed> {
    const [identity, size, disk] = await Promise.all([
      machine.identity(),
      machine.size(),
      machine.fileSystem(deps.node.paths.rootDir),
    ]);
    return { identity, size, disk };
  }

  return async () => ({
    ...await (fixed ??= ask()),
    ips: await ips(),
    images: imageWatch.list(),
    runtimeVersion: runtimeState.version(),
    runtime: runtimeState.status(),
    pressures: pressureWatch.pressures(),
    problems: runtimeState.problems(),
    own: deps.ownConditions(),
  });
}

/** A network that is not there yet, or not as configured, is told of once. */
function createAddresses(
  { machine, log, node, cluster }: NodeFactsDeps,
): () => Promise<readonly string[] | null> {
  let told = "";
  return async () => {
    const host = await machine.addresses();
    const found = nodeIps({ ...node, configured: cluster.configuredIps, host });
    const problem = found.ok ? "" : found.error;
    if (problem !== "" && problem !== told) {
      log.warn("Could not find out the node's address", { err: problem });
    }
    told = problem;
    return found.ok ? found.value : null;
  };
}
