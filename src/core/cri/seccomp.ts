/** Which system calls a container may make. @see https://kubernetes.io/docs/tutorials/security/seccomp/ */
import type { Container, Pod } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import { failure, type Result, success } from "../result.ts";
import type { SecurityProfile } from "./types.ts";

/** The container's profile, else the pod's, else the node's default. Fails where a profile lacks its name. */
export function seccompProfile(
  { spec }: Pick<Pod, "spec">,
  { securityContext }: Pick<Container, "securityContext">,
  { seccompDefault, paths }: Pick<NodeSettings, "seccompDefault" | "paths">,
): Result<SecurityProfile> {
  const profile = securityContext?.seccompProfile ?? spec.securityContext?.seccompProfile;
  if (profile === undefined) {
    return success({ type: seccompDefault ? "RuntimeDefault" : "Unconfined" });
  }
  switch (profile.type) {
    case "RuntimeDefault":
      return success({ type: "RuntimeDefault" });
    case "Localhost": {
      const name = profile.localhostProfile ?? "";
      if (name === "") {
        return failure("localhostProfile must be set if seccompProfile type is Localhost.");
      }
      return success({ type: "Localhost", localhostRef: `${paths.rootDir}/seccomp/${name}` });
    }
    default:
      return success({ type: "Unconfined" });
  }
}
