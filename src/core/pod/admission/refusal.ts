/** Why a node does not take a pod. */

/** Becomes the status of a failed pod and a warning event. */
export interface Refusal {
  /** One word; the kubelet's where the kubelet refuses as well. */
  readonly reason: string;
  readonly message: string;
}
