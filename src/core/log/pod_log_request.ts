/** Whose log is wanted, and how much of it. */
import type { LogReadOptions } from "./read_options.ts";

/** @see https://kubernetes.io/docs/reference/generated/kubectl/kubectl-commands#logs */
export interface PodLogRequest extends LogReadOptions {
  readonly namespace: string;
  readonly name: string;
  /** Undefined: the pod's only container, or the one that its `kubectl.kubernetes.io/default-container` names. */
  readonly container?: string;
  /** The run before the one that counts. */
  readonly previous: boolean;
}
