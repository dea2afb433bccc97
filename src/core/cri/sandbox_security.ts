/** What the process that holds a pod's namespaces may do. */
import { allContainers, type Pod } from "../k8s.ts";
import { podSecurity } from "./pod_security.ts";
import type { SandboxSecurity } from "./types.ts";

/** The pod's user and groups count; its seccomp profile is for its containers alone. */
export function sandboxSecurity({ spec }: Pick<Pod, "spec">): SandboxSecurity {
  const { runAsUser, runAsGroup, seLinuxOptions } = spec.securityContext ?? {};
  return {
    ...podSecurity(spec),
    // The pause process needs no more, whatever the containers may do.
    seccomp: { type: "RuntimeDefault" },
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    ...(seLinuxOptions === undefined ? {} : { seLinux: seLinuxOptions }),
    privileged: allContainers(spec).some((each) => each.securityContext?.privileged === true),
  };
}
