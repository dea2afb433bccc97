/** What can be done for a pod. Every action is idempotent: a pass that is cut short is simply planned again. */

/** `attempt` counts from 0; ids are the runtime's. */
export type Action =
  /** Prepares cgroup, volumes and log directory and runs a sandbox. */
  | { readonly kind: "RunSandbox"; readonly attempt: number }
  /** Stops a sandbox and with it all its containers. */
  | { readonly kind: "StopSandbox"; readonly id: string }
  | { readonly kind: "RemoveSandbox"; readonly id: string }
  /** Gets the image by policy, creates the container in the sandbox and starts it. */
  | {
    readonly kind: "StartContainer";
    readonly name: string;
    readonly attempt: number;
    readonly sandboxId: string;
  }
  /** Starts a container that was created by an agent that did not live to start it. */
  | { readonly kind: "StartCreated"; readonly name: string; readonly id: string }
  /** Ends containers side by side, politely for `graceSeconds`. */
  | {
    readonly kind: "StopContainers";
    readonly targets: readonly StopTarget[];
    /** Those whose turn comes when the targets have ended: their preStop hooks run meanwhile. */
    readonly later: readonly StopTarget[];
    readonly graceSeconds: number;
  }
  /** Removes an exited container with its log files. */
  | {
    readonly kind: "RemoveContainer";
    readonly id: string;
    readonly name: string;
    readonly attempt: number;
  }
  /** Removes the pod's volumes and cgroups; what its containers have left stays. */
  | { readonly kind: "ReleaseResources" }
  /** Removes the pod's volumes, cgroup, files and logs; nothing of it is left on the node. */
  | { readonly kind: "RemovePodFiles" };

export interface StopTarget {
  readonly id: string;
  readonly name: string;
  /** The Killing event's message: `Stopping container NAME`, or why it must be made anew. */
  readonly message: string;
}
