/** What restart policies and rules say of a container's end: its own come before its pod's. */
import type { Container, PodSpec } from "../k8s.ts";

type PolicySpec = Pick<PodSpec, "restartPolicy">;
type Rule = NonNullable<Container["restartPolicyRules"]>[number];

/** The policy that counts for a container: Always, OnFailure or Never. */
export function policyOf(spec: PolicySpec, container: Container): string {
  return container.restartPolicy ?? spec.restartPolicy;
}

/**
 * Whether a main container that ended with this code runs again.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restart-rules
 */
export function restartsAfter(
  spec: PolicySpec,
  { container, exitCode }: { readonly container: Container; readonly exitCode: number },
): boolean {
  if (hasRuleFor(container, exitCode)) return true;
  switch (policyOf(spec, container)) {
    case "Never":
      return false;
    case "OnFailure":
      return exitCode !== 0;
    default:
      return true;
  }
}

/** The same of an init container that has failed, be it with 0 because memory ran out. */
export function failedInitRestarts(
  spec: PolicySpec,
  { container, exitCode }: { readonly container: Container; readonly exitCode: number },
): boolean {
  return hasRuleFor(container, exitCode) || policyOf(spec, container) !== "Never";
}

/** Rules count only beside a policy of the container's own; the one action that is supported restarts it. */
function hasRuleFor({ restartPolicy, restartPolicyRules = [] }: Container, exitCode: number) {
  return restartPolicy !== undefined && restartPolicyRules.some((rule) => matches(rule, exitCode));
}

function matches({ exitCodes }: Rule, exitCode: number): boolean {
  if (exitCodes === undefined) return false;
  const listed = (exitCodes.values ?? []).includes(exitCode);
  return exitCodes.operator === "In" ? listed : exitCodes.operator === "NotIn" && !listed;
}
