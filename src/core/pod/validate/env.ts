/** Checks a container's environment. */
import type { EnvVar, EnvVarSource, Volume } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { fieldRefProblems, resourceFieldRefProblems } from "./downward_api.ts";
import { dnsLabel, envName } from "./names.ts";
import { stepsBackProblems } from "./paths.ts";
import { allInvalid, type FieldProblem, invalid, notFound, required } from "./problem.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables */
export function envProblems(
  path: YamlPath,
  { env, volumes }: { readonly env: readonly EnvVar[]; readonly volumes: readonly Volume[] },
): readonly FieldProblem[] {
  return env.flatMap(({ name, value = "", valueFrom }, index) => [
    ...nameProblems([...path, index, "name"], name),
    ...(valueFrom === undefined
      ? []
      : valueFromProblems([...path, index, "valueFrom"], { value, valueFrom, volumes })),
  ]);
}

function nameProblems(path: YamlPath, value: string): readonly FieldProblem[] {
  return value === "" ? [required(path)] : allInvalid(path, { value, details: envName(value) });
}

function valueFromProblems(
  path: YamlPath,
  { value, valueFrom, volumes }: {
    readonly value: string;
    readonly valueFrom: EnvVarSource;
    readonly volumes: readonly Volume[];
  },
): readonly FieldProblem[] {
  const { fieldRef, resourceFieldRef, fileKeyRef } = valueFrom;
  return [
    ...(fieldRef === undefined
      ? []
      : fieldRefProblems([...path, "fieldRef"], fieldRef, "Environment")),
    ...(resourceFieldRef === undefined
      ? []
      : resourceFieldRefProblems([...path, "resourceFieldRef"], resourceFieldRef, "Environment")),
    ...(fileKeyRef === undefined
      ? []
      : fileProblems([...path, "fileKeyRef"], { ref: fileKeyRef, volumes })),
    ...countProblems(path, { value, count: Object.keys(valueFrom).length }),
  ];
}

function countProblems(
  path: YamlPath,
  { value, count }: { readonly value: string; readonly count: number },
): readonly FieldProblem[] {
  const problem = (
    detail: string,
  ): readonly FieldProblem[] => [invalid(path, { value: "", detail })];
  if (count === 0) {
    return problem(
      "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` " +
        "or `fileKeyRef`",
    );
  }
  if (value !== "") return problem("may not be specified when `value` is not empty");
  return count > 1 ? problem("may not have more than one field specified at a time") : [];
}

function fileProblems(
  path: YamlPath,
  { ref, volumes }: {
    readonly ref: NonNullable<EnvVarSource["fileKeyRef"]>;
    readonly volumes: readonly Volume[];
  },
): readonly FieldProblem[] {
  const filePath = [...path, "path"];
  return [
    ...nameProblems([...path, "key"], ref.key),
    ...volumeProblems([...path, "volumeName"], { value: ref.volumeName, volumes }),
    ...(ref.path === "" ? [required(filePath)] : stepsBackProblems(filePath, ref.path)),
  ];
}

/** Only containers write such files, and only into an emptyDir. */
function volumeProblems(
  path: YamlPath,
  { value, volumes }: { readonly value: string; readonly volumes: readonly Volume[] },
): readonly FieldProblem[] {
  if (value === "") return [required(path)];
  const details = dnsLabel(value);
  if (details.length > 0) return allInvalid(path, { value, details });
  const volume = volumes.find(({ name }) => name === value);
  if (volume === undefined) return [notFound(path, value)];
  const detail = "referenced volume must be of type emptyDir";
  return volume.emptyDir === undefined ? [invalid(path, { value, detail })] : [];
}
