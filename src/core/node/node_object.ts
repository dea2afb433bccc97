/** The Node as it is on the wire. */
import type {
  V1Node,
  V1NodeAddress,
  V1NodeCondition,
  V1NodeSpec,
  V1NodeStatus,
  V1NodeSystemInfo,
} from "@kubernetes/client-node";
import type { Wire } from "../k8s.ts";
import type { Taint } from "../pod/admission/node.ts";

/** The client library does not know the last field yet. */
export interface NodeSystemInfo extends Wire<V1NodeSystemInfo> {
  readonly runningInUserNamespace?: boolean;
}
export interface NodeStatus extends Omit<Wire<V1NodeStatus>, "nodeInfo"> {
  readonly nodeInfo?: Partial<NodeSystemInfo>;
}
export interface Node extends Omit<Wire<V1Node>, "status"> {
  readonly status?: NodeStatus;
}
export type NodeAddress = Wire<V1NodeAddress>;
export type NodeCondition = Wire<V1NodeCondition>;
export type NodeSpec = Wire<V1NodeSpec>;

/** What the Node says besides its status, from the configuration. */
export interface RegistrationSettings {
  /** `--node-labels` */
  readonly labels: Readonly<Record<string, string>>;
  /** `registerWithTaints` */
  readonly taints: readonly Taint[];
  /** `providerID`; "" for none. */
  readonly providerId: string;
  /** `enableControllerAttachDetach` */
  readonly controllerAttachDetach: boolean;
}

/** Says that a controller attaches volumes to this node. */
export const attachDetachAnnotation = "volumes.kubernetes.io/controller-managed-attach-detach";
