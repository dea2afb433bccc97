/** Which AppArmor profile confines a container. @see https://kubernetes.io/docs/tutorials/security/apparmor/ */
import type { V1AppArmorProfile } from "@kubernetes/client-node";
import { allContainers, type Container, type Pod, type Wire } from "../k8s.ts";
import { failure, type Result, success } from "../result.ts";
import type { SecurityProfile } from "./types.ts";

export type AppArmorProfile = Wire<V1AppArmorProfile>;

/** Deprecated, and still how many a manifest asks for a profile: the container's name follows. */
export const appArmorAnnotationPrefix = "container.apparmor.security.beta.kubernetes.io/";
const runtimeDefault = "runtime/default";
const unconfined = "unconfined";
const localhostPrefix = "localhost/";

/** The container's own field, else the pod's annotation for it, else the pod's field; null where nothing is asked for. */
export function appArmorProfile(
  { metadata, spec }: Pick<Pod, "metadata" | "spec">,
  container: Container,
): AppArmorProfile | null {
  return container.securityContext?.appArmorProfile ??
    annotated(metadata.annotations?.[`${appArmorAnnotationPrefix}${container.name}`]) ??
    spec.securityContext?.appArmorProfile ?? null;
}

function annotated(text: string | undefined): AppArmorProfile | null {
  if (text === runtimeDefault) return { type: "RuntimeDefault" };
  if (text === unconfined) return { type: "Unconfined" };
  if (!text?.startsWith(localhostPrefix)) return null;
  return { type: "Localhost", localhostProfile: text.slice(localhostPrefix.length) };
}

/** Whether the pod may only run where profiles are enforced. */
export function needsAppArmor({ metadata, spec }: Pick<Pod, "metadata" | "spec">): boolean {
  const profiles = [
    spec.securityContext?.appArmorProfile,
    ...allContainers(spec).map(({ securityContext }) => securityContext?.appArmorProfile),
  ];
  const annotations = Object.entries(metadata.annotations ?? {});
  return profiles.some((profile) => profile !== undefined && profile.type !== "Unconfined") ||
    annotations.some(([key, value]) =>
      key.startsWith(appArmorAnnotationPrefix) && value !== unconfined
    );
}

/** As the runtime takes it; undefined where nothing is asked for. Fails where a profile lacks its name. */
export function runtimeAppArmor(
  pod: Pick<Pod, "metadata" | "spec">,
  container: Container,
): Result<SecurityProfile | undefined> {
  const profile = appArmorProfile(pod, container);
  if (profile === null) return success(undefined);
  switch (profile.type) {
    case "RuntimeDefault":
    case "Unconfined":
      return success({ type: profile.type });
    case "Localhost": {
      const localhostRef = profile.localhostProfile;
      if (localhostRef === undefined) return failure("missing localhost apparmor profile name");
      return success({ type: "Localhost", localhostRef });
    }
    default:
      return failure(`unknown apparmor profile type: ${JSON.stringify(profile.type)}`);
  }
}
