/** What admission knows of the node: what it is to the scheduler, and what this machine can do. */
import type { V1Taint } from "@kubernetes/client-node";
import type { Wire } from "../../k8s.ts";
import type { Pressure } from "../../node/pressure.ts";

export type Taint = Wire<V1Taint>;

/** All of one moment: labels, taints and amounts may change while the agent runs. */
export interface AdmissionNode {
  /** `metadata.name` of the Node. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /**
   * What all pods together may request, as quantities by name: `cpu`, `memory`, `pods`, `ephemeral-storage`,
   * `hugepages-2Mi`, extended resources. Null: pods are not measured, for whoever puts a manifest on a node without a
   * cluster has chosen the node.
   */
  readonly allocatable: Readonly<Record<string, string>> | null;
  /** What the node runs short of. */
  readonly pressures: readonly Pressure[];
  /** As `uname -r` prints it, such as `6.1.0-13-arm64`. */
  readonly kernelVersion: string;
  /** Names and patterns such as `net.core.*` that pods may set besides the safe ones. */
  readonly allowedUnsafeSysctls: readonly string[];
  /** Whether the kernel enforces AppArmor profiles. */
  readonly appArmor: boolean;
  /**
   * Whether the runtime knows `supplementalGroupsPolicy`; null: its containers' start will tell.
   * @see CRI RuntimeFeatures
   */
  readonly supplementalGroupsPolicy: boolean | null;
}
