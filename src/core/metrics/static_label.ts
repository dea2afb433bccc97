/** How the kubelet's metrics tell static pods from those of the API server. */
import type { Pod } from "../k8s.ts";
import { isStaticPod } from "../pod/static_pod.ts";

/** As the kubelet writes it: nothing for a pod of the API server. */
export function staticLabel(pod: Pod): "true" | "" {
  return isStaticPod(pod) ? "true" : "";
}
