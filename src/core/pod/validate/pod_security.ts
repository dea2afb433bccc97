/** Checks a pod's own security context and its annotations for AppArmor. */
import { appArmorAnnotationPrefix } from "../../cri/app_armor.ts";
import { allContainers, type Pod, type PodSpec } from "../../k8s.ts";
import { isSysctlName, namespaceOf, normalName, sysctlName } from "../../node/sysctls.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { duplicate, type FieldProblem, invalid, oneOf, required } from "./problem.ts";
import { appArmorProblems, idProblems, seccompProblems, windowsProblems } from "./profiles.ts";

type PodContext = NonNullable<PodSpec["securityContext"]>;

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#security-context */
export function podSecurityProblems(
  { metadata, spec }: Pick<Pod, "metadata" | "spec">,
): readonly FieldProblem[] {
  const path: YamlPath = ["spec", "securityContext"];
  const context = spec.securityContext ?? {};
  return [
    ...contextProblems(path, context),
    ...sysctlProblems([...path, "sysctls"], spec),
    ...annotationProblems({ metadata, spec }),
  ];
}

function contextProblems(path: YamlPath, context: PodContext): readonly FieldProblem[] {
  const { supplementalGroups = [] } = context;
  const word = (field: keyof PodContext & string, supported: readonly string[]) => {
    const value = context[field];
    return typeof value === "string" ? oneOf([...path, field], { value, supported }) : [];
  };
  return [
    ...idProblems([...path, "fsGroup"], context.fsGroup),
    ...idProblems([...path, "runAsUser"], context.runAsUser),
    ...idProblems([...path, "runAsGroup"], context.runAsGroup),
    ...supplementalGroups.flatMap((group, index) =>
      idProblems([...path, "supplementalGroups", index], group)
    ),
    ...word("fsGroupChangePolicy", ["Always", "OnRootMismatch"]),
    ...seccompProblems([...path, "seccompProfile"], context.seccompProfile),
    ...windowsProblems([...path, "windowsOptions"], context.windowsOptions),
    ...appArmorProblems([...path, "appArmorProfile"], context.appArmorProfile),
    ...word("supplementalGroupsPolicy", ["Merge", "Strict"]),
    ...word("seLinuxChangePolicy", ["MountOption", "Recursive"]),
  ];
}

function sysctlProblems(path: YamlPath, spec: PodSpec): readonly FieldProblem[] {
  const sysctls = spec.securityContext?.sysctls ?? [];
  return sysctls.flatMap(({ name }, index) => {
    const at = [...path, index, "name"];
    const isRepeated = sysctls.findIndex((other) => other.name === name) < index;
    return [...nameProblems(at, { name, isRepeated }), ...sharedProblems(at, { name, spec })];
  });
}

function nameProblems(
  path: YamlPath,
  { name, isRepeated }: { readonly name: string; readonly isRepeated: boolean },
): readonly FieldProblem[] {
  if (name === "") return [required(path)];
  if (isSysctlName(name)) return isRepeated ? [duplicate(path, name)] : [];
  const { maxLength, pattern } = sysctlName;
  const detail = `must have at most ${maxLength} characters and match regex ${pattern}`;
  return [invalid(path, { value: name, detail })];
}

/** What belongs to the node is not the pod's to set. */
function sharedProblems(
  path: YamlPath,
  { name, spec }: { readonly name: string; readonly spec: PodSpec },
): readonly FieldProblem[] {
  const namespace = namespaceOf(normalName(name));
  const field = namespace === "Net" && spec.hostNetwork
    ? "hostNetwork"
    : namespace === "IPC" && spec.hostIPC
    ? "hostIPC"
    : undefined;
  const detail = `may not be specified when '${field}' is true`;
  return field === undefined ? [] : [invalid(path, { value: name, detail })];
}

function annotationProblems(
  { metadata, spec }: Pick<Pod, "metadata" | "spec">,
): readonly FieldProblem[] {
  const names = new Set(allContainers(spec).map(({ name }) => name));
  return Object.entries(metadata.annotations ?? {})
    .filter(([key]) => key.startsWith(appArmorAnnotationPrefix))
    .flatMap(([key, value]) => {
      const path: YamlPath = ["metadata", "annotations", key];
      const name = key.slice(appArmorAnnotationPrefix.length);
      const isForm = /^($|runtime\/default$|unconfined$|localhost\/)/.test(value);
      const detail = `invalid AppArmor profile name: ${JSON.stringify(value)}`;
      return [
        ...(names.has(name) ? [] : [invalid(path, { value: name, detail: "container not found" })]),
        ...(isForm ? [] : [invalid(path, { value, detail })]),
      ];
    });
}
