/** Checks volumes that show the pod itself. */
import type { Volume } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { fieldRefProblems, resourceFieldRefProblems } from "./downward_api.ts";
import { filePathProblems } from "./paths.ts";
import { type FieldProblem, invalid, required } from "./problem.ts";

type DownwardSource = NonNullable<Volume["downwardAPI"]>;
type DownwardFile = NonNullable<DownwardSource["items"]>[number];

/** @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/#projections */
export function downwardProblems(
  path: YamlPath,
  { defaultMode, items = [] }: DownwardSource,
): readonly FieldProblem[] {
  return [
    ...modeProblems([...path, "defaultMode"], defaultMode),
    ...items.flatMap((item, index) => fileProblems([...path, "items", index], item)),
  ];
}

/** What a manifest may not project is told of elsewhere. */
export function projectedProblems(
  path: YamlPath,
  { defaultMode, sources = [] }: NonNullable<Volume["projected"]>,
): readonly FieldProblem[] {
  const taken = new Set<string>();
  return [
    ...modeProblems([...path, "defaultMode"], defaultMode),
    ...sources.flatMap((source, index) => {
      const at = [...path, "sources", index];
      return [
        ...sourceCountProblems(at, source),
        ...downwardProblems([...at, "downwardAPI"], source.downwardAPI ?? {}),
        ...repeatedPaths(path, { items: source.downwardAPI?.items ?? [], taken }),
      ];
    }),
  ];
}

function sourceCountProblems(path: YamlPath, source: object): readonly FieldProblem[] {
  if (Object.keys(source).length <= 1) return [];
  return [{ path, message: "Forbidden: may not specify more than 1 volume type per source" }];
}

function repeatedPaths(
  path: YamlPath,
  { items, taken }: { readonly items: readonly DownwardFile[]; readonly taken: Set<string> },
): readonly FieldProblem[] {
  return items.flatMap(({ path: value }) => {
    const isRepeated = taken.has(value);
    taken.add(value);
    return isRepeated ? [invalid(path, { value, detail: "conflicting duplicate paths" })] : [];
  });
}

/** Permission bits alone. */
function modeProblems(path: YamlPath, value: number | undefined): readonly FieldProblem[] {
  if (value === undefined || (value >= 0 && value <= 0o777)) return [];
  const detail = "must be a number between 0 and 0777 (octal), both inclusive";
  return [invalid(path, { value, detail })];
}

function fileProblems(
  path: YamlPath,
  { path: value, mode, fieldRef, resourceFieldRef }: DownwardFile,
): readonly FieldProblem[] {
  const at = [...path, "path"];
  return [
    ...(value === "" ? [required(at)] : filePathProblems(at, value)),
    ...contentProblems(path, { fieldRef, resourceFieldRef }),
    ...modeProblems([...path, "mode"], mode),
  ];
}

function contentProblems(
  path: YamlPath,
  { fieldRef, resourceFieldRef }: {
    readonly fieldRef: DownwardFile["fieldRef"] | undefined;
    readonly resourceFieldRef: DownwardFile["resourceFieldRef"] | undefined;
  },
): readonly FieldProblem[] {
  if (fieldRef !== undefined) {
    const detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
    return [
      ...fieldRefProblems([...path, "fieldRef"], fieldRef, "Volume"),
      ...(resourceFieldRef === undefined ? [] : [invalid(path, { value: "resource", detail })]),
    ];
  }
  return resourceFieldRef === undefined
    ? [required(path, "one of fieldRef and resourceFieldRef is required")]
    : resourceFieldRefProblems([...path, "resourceFieldRef"], resourceFieldRef, "Volume");
}
