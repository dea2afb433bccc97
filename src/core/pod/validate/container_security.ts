/** Checks a container's security context. */
import type { PodSpec } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import type { SecurityContext } from "../../cri/effective_security.ts";
import { type FieldProblem, invalid, oneOf } from "./problem.ts";
import { appArmorProblems, idProblems, seccompProblems, windowsProblems } from "./profiles.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#security-context-1 */
export function containerSecurityProblems(
  path: YamlPath,
  { context, hostUsers }: {
    readonly context: SecurityContext;
    readonly hostUsers: PodSpec["hostUsers"];
  },
): readonly FieldProblem[] {
  return [
    ...idProblems([...path, "runAsUser"], context.runAsUser),
    ...idProblems([...path, "runAsGroup"], context.runAsGroup),
    ...procMountProblems([...path, "procMount"], { value: context.procMount, hostUsers }),
    ...seccompProblems([...path, "seccompProfile"], context.seccompProfile),
    ...escalationProblems(path, context),
    ...windowsProblems([...path, "windowsOptions"], context.windowsOptions),
    ...appArmorProblems([...path, "appArmorProfile"], context.appArmorProfile),
  ];
}

function procMountProblems(
  path: YamlPath,
  { value, hostUsers = true }: {
    readonly value: SecurityContext["procMount"];
    readonly hostUsers: PodSpec["hostUsers"];
  },
): readonly FieldProblem[] {
  if (value === undefined) return [];
  if (value !== "Unmasked") return oneOf(path, { value, supported: ["Default", "Unmasked"] });
  const detail = "`hostUsers` must be false to use `Unmasked`";
  return hostUsers ? [invalid(path, { value, detail })] : [];
}

/** What gives all privileges cannot be kept from gaining more. */
function escalationProblems(path: YamlPath, context: SecurityContext): readonly FieldProblem[] {
  if (context.allowPrivilegeEscalation !== false) return [];
  const isAdmin = context.capabilities?.add?.includes("CAP_SYS_ADMIN") === true;
  const rivals = [
    ...(context.privileged === true ? ["`privileged` to true"] : []),
    ...(isAdmin ? ["`capabilities.Add` CAP_SYS_ADMIN"] : []),
  ];
  return rivals.map((rival) =>
    invalid(path, {
      value: { ...context },
      detail: `cannot set \`allowPrivilegeEscalation\` to false and ${rival}`,
    })
  );
}
