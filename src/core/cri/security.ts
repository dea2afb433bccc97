/** What a container may see and do: user, groups, namespaces, privileges, system calls. */
import type { Container, Pod } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import { failure, type Result, success } from "../result.ts";
import { runtimeAppArmor } from "./app_armor.ts";
import { effectiveSecurity, type SecurityContext } from "./effective_security.ts";
import { podSecurity } from "./pod_security.ts";
import { procMount } from "./proc_mount.ts";
import { rootRefusal } from "./run_as_non_root.ts";
import { seccompProfile } from "./seccomp.ts";
import type { ContainerSecurity, Image, NamespaceOptions } from "./types.ts";

export interface ContainerSecurityInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly image: Image;
  readonly node: Pick<NodeSettings, "maskedPaths" | "seccompDefault" | "paths">;
  /** The container whose processes it sees, whatever the pod's containers share. */
  readonly targetId?: string | undefined;
}

/** Fails where the container would run as root against its pod's will, and where a profile lacks its name. */
export function containerSecurity(input: ContainerSecurityInput): Result<ContainerSecurity> {
  const { pod, container, image, node, targetId } = input;
  const refusal = rootRefusal(input);
  if (refusal !== null) return failure(refusal);
  const seccomp = seccompProfile(pod, container, node);
  if (!seccomp.ok) return seccomp;
  const appArmor = runtimeAppArmor(pod, container);
  if (!appArmor.ok) return appArmor;
  const context = effectiveSecurity(pod, container);
  const common = podSecurity(pod.spec);
  return success({
    ...common,
    namespaces: lookingInto(targetId, common.namespaces),
    ...user(context, image),
    ...privileges(context),
    seccomp: seccomp.value,
    ...(appArmor.value === undefined ? {} : { appArmor: appArmor.value }),
    ...(context.seLinuxOptions === undefined ? {} : { seLinux: context.seLinuxOptions }),
    ...procMount(context, { machinePaths: node.maskedPaths }),
  });
}

function lookingInto(targetId: string | undefined, own: NamespaceOptions): NamespaceOptions {
  return targetId === undefined ? own : { ...own, pid: "Target", targetId };
}

function user(
  { runAsUser, runAsGroup }: SecurityContext,
  image: Image,
): Pick<ContainerSecurity, "runAsUser" | "runAsUsername" | "runAsGroup"> {
  return {
    ...(runAsUser === undefined ? imageUser(image) : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
  };
}

/** An image without a user runs as root. */
function imageUser(
  { uid, username }: Image,
): Pick<ContainerSecurity, "runAsUser" | "runAsUsername"> {
  if (uid !== undefined) return { runAsUser: uid };
  return username === "" ? { runAsUser: 0 } : { runAsUsername: username };
}

type Privileges = Pick<
  ContainerSecurity,
  "privileged" | "readonlyRootfs" | "noNewPrivileges" | "capabilities"
>;

/** Only who says `allowPrivilegeEscalation: false` is kept from gaining privileges. */
function privileges(context: SecurityContext): Privileges {
  const { privileged, readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = context;
  return {
    privileged: privileged === true,
    readonlyRootfs: readOnlyRootFilesystem === true,
    noNewPrivileges: allowPrivilegeEscalation === false,
    ...(capabilities === undefined
      ? {}
      : { capabilities: { add: capabilities.add ?? [], drop: capabilities.drop ?? [] } }),
  };
}
