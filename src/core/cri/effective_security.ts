/** A container's security context with what it inherits from its pod. */
import type { V1SecurityContext } from "@kubernetes/client-node";
import type { Container, Pod, Wire } from "../k8s.ts";

export type SecurityContext = Wire<V1SecurityContext>;

/**
 * User, group, SELinux options and whether root is forbidden come from the pod where the container does not say; the
 * rest is the container's alone.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
 */
export function effectiveSecurity(
  { spec }: Pick<Pod, "spec">,
  { securityContext = {} }: Pick<Container, "securityContext">,
): SecurityContext {
  const { runAsUser, runAsGroup, runAsNonRoot, seLinuxOptions } = spec.securityContext ?? {};
  return {
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    ...(runAsNonRoot === undefined ? {} : { runAsNonRoot }),
    ...(seLinuxOptions === undefined ? {} : { seLinuxOptions }),
    ...securityContext,
  };
}
