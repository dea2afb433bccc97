/** Whether the node can hold a pod to its AppArmor profiles. */
import { appArmorProfile, needsAppArmor } from "../../cri/app_armor.ts";
import { allContainers, type Pod } from "../../k8s.ts";
import type { AdmissionNode } from "./node.ts";
import type { Refusal } from "./refusal.ts";

/** @see https://kubernetes.io/docs/tutorials/security/apparmor/ */
export function refusedForAppArmor(
  pod: Pod,
  { appArmor }: Pick<AdmissionNode, "appArmor">,
): Refusal | null {
  if (!needsAppArmor(pod)) return null;
  if (!appArmor) return refused("AppArmor is not enabled on the host");
  const nameless = allContainers(pod.spec)
    .map((container) => appArmorProfile(pod, container))
    .find((profile) => profile?.type === "Localhost" && !profile.localhostProfile?.trim());
  if (!nameless) return null;
  const name = nameless.localhostProfile === undefined ? "nil" : `*${nameless.localhostProfile}`;
  const printed = `&AppArmorProfile{Type:Localhost,LocalhostProfile:${name},}`;
  return refused(`invalid empty AppArmor profile name: ${JSON.stringify(printed)}`);
}

function refused(why: string): Refusal {
  return { reason: "AppArmor", message: `Cannot enforce AppArmor: ${why}` };
}
