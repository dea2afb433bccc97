/** Checks paths inside a volume. */
import type { YamlPath } from "../../yaml_types.ts";
import { stayingPath } from "./names.ts";
import { allInvalid, type FieldProblem, invalid } from "./problem.ts";

/** A path must not step back. */
export function stepsBackProblems(path: YamlPath, value: string): readonly FieldProblem[] {
  return allInvalid(path, { value, details: stayingPath(value) });
}

/** A path must stay in the volume. */
export function descendingPathProblems(path: YamlPath, value: string): readonly FieldProblem[] {
  return [
    ...(value.startsWith("/") ? [invalid(path, { value, detail: "must be a relative path" })] : []),
    ...stepsBackProblems(path, value),
  ];
}

/** A path must stay in the volume, and leave alone what is kept there for its updates. */
export function filePathProblems(path: YamlPath, value: string): readonly FieldProblem[] {
  const isReserved = value.startsWith("..") && !value.split("/").includes("..");
  return [
    ...descendingPathProblems(path, value),
    ...(isReserved ? [invalid(path, { value, detail: "must not start with '..'" })] : []),
  ];
}
