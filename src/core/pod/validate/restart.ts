/** Checks the restart policies and rules of single containers. */
import type { Container } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { type FieldProblem, oneOf, required } from "./problem.ts";

const policies = ["Always", "Never", "OnFailure"];
const actions = ["Restart", "RestartAllContainers"];
const operators = ["In", "NotIn"];

/** `path` is the container's. @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restart-rules */
export function restartProblems(path: YamlPath, container: Container): readonly FieldProblem[] {
  const { restartPolicy: value, restartPolicyRules = [] } = container;
  const policy: YamlPath = [...path, "restartPolicy"];
  const lacksPolicy = value === undefined && restartPolicyRules.length > 0;
  return [
    ...(lacksPolicy
      ? [required(policy, "must specify restartPolicy when restart rules are used")]
      : []),
    ...(value === undefined ? [] : oneOf(policy, { value, supported: policies })),
    ...restartPolicyRules.flatMap(({ action, exitCodes }, index) => {
      const at = (field: string): YamlPath => [...path, "restartPolicyRules", index, field];
      return [
        ...oneOf(at("action"), { value: action, supported: actions }),
        ...(exitCodes === undefined
          ? [required(at("exitCodes"), "must be specified")]
          : oneOf([...at("exitCodes"), "operator"], {
            value: exitCodes.operator,
            supported: operators,
          })),
      ];
    }),
  ];
}
