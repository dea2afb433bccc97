/** Which part of a container's log is wanted. */
import type { RenderOptions } from "./render.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export interface LogReadOptions extends RenderOptions {
  /** Goes on with what the container writes from now on. */
  readonly follow: boolean;
  /** The last so many lines; all when left out. */
  readonly tailLines?: number;
  /** Ends after so many bytes of output. */
  readonly limitBytes?: number;
}
