/** How this machine is a node of a cluster: what the configuration says of it. */
import type { BucketLimits } from "../kube/token_bucket.ts";
import type { PodLimits } from "./capacity.ts";
import type { Reservations } from "./allocatable.ts";
import type { EvictionThreshold } from "./eviction_threshold.ts";
import type { RegistrationSettings } from "./node_object.ts";

/** Durations are in milliseconds unless the name says otherwise. */
export interface ClusterSettings {
  /** `registerNode`: false where somebody else creates the Node. */
  readonly register: boolean;
  readonly registration: RegistrationSettings;
  /** `--node-ip` */
  readonly configuredIps: readonly string[];
  readonly limits: PodLimits;
  readonly reservations: Reservations;
  /** `evictionSoft`: these make conditions like the hard ones. */
  readonly evictionSoft: readonly EvictionThreshold[];
  /** `evictionPressureTransitionPeriod` */
  readonly pressureTransitionMs: number;
  /** Whether `enforceNodeAllocatable` has `pods`: then all pods together have a limit. */
  readonly enforcePods: boolean;
  /** `nodeStatusMaxImages`; below 0: all. */
  readonly maxImages: number;
  /** Where the API server finds this node's HTTPS API; null where there is none. */
  readonly kubeletPort: number | null;
  /** `nodeStatusUpdateFrequency` */
  readonly updateMs: number;
  /** `nodeStatusReportFrequency` */
  readonly reportMs: number;
  readonly leaseDurationSeconds: number;
  /** `eventRecordQPS` and `eventBurst` */
  readonly events: BucketLimits;
}
