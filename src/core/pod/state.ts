/** The states of a pod on a node, and which may follow which. */

export type PodState =
  /** Refused at admission; nothing of it was or will be started. */
  | { readonly kind: "Rejected" }
  /** No sandbox is there yet, or a new one is needed. */
  | { readonly kind: "Starting" }
  /** Init containers run, one after another. */
  | { readonly kind: "Initializing" }
  /** Containers run, or wait to be restarted. */
  | { readonly kind: "Running" }
  /** The pod has ended or was evicted, and what is left of it is being stopped. */
  | { readonly kind: "Stopping" }
  | { readonly kind: "Succeeded" }
  | { readonly kind: "Failed" }
  /** The pod was deleted and is being stopped. */
  | { readonly kind: "Terminating" }
  /** Nothing is left. */
  | { readonly kind: "Gone" };

export type StateKind = PodState["kind"];

const startsContainers: readonly StateKind[] = ["Starting", "Initializing", "Running"];

/** Whether none of the pod's containers is started again: it has finished, was ended or refused, or goes. */
export function isOver({ kind }: PodState): boolean {
  return !startsContainers.includes(kind);
}

/**
 * The legal edges. A restart of the agent, a reboot and a first start all enter at any state, so only what follows matters:
 * an ended pod never runs again under the same UID, and a deleted one is only ever gone.
 */
export const edges = {
  Rejected: ["Terminating", "Gone"],
  Starting: [
    "Rejected",
    "Initializing",
    "Running",
    "Stopping",
    "Succeeded",
    "Failed",
    "Terminating",
    "Gone",
  ],
  Initializing: ["Starting", "Running", "Stopping", "Succeeded", "Failed", "Terminating", "Gone"],
  Running: ["Starting", "Initializing", "Stopping", "Succeeded", "Failed", "Terminating", "Gone"],
  Stopping: ["Succeeded", "Failed", "Terminating", "Gone"],
  Succeeded: ["Terminating", "Gone"],
  Failed: ["Terminating", "Gone"],
  Terminating: ["Gone"],
  Gone: [],
} as const satisfies Record<StateKind, readonly StateKind[]>;

/** The states that may follow `From`; a state always may follow itself. */
export type Following<From extends StateKind> = From | (typeof edges)[From][number];

/** A step that the table allows, checked by the compiler. */
export function step<From extends StateKind, To extends Following<From>>(
  edge: { readonly from: From; readonly to: To },
): { readonly from: From; readonly to: To } {
  return edge;
}

/** The same check for states known only while running. */
export function isLegal(edge: { readonly from: StateKind; readonly to: StateKind }): boolean {
  const following: readonly StateKind[] = edges[edge.from];
  return edge.from === edge.to || following.includes(edge.to);
}
