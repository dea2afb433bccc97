/** Checks a pod's volumes. */
import type { Volume } from "../../k8s.ts";
import { parseQuantity } from "../../quantity.ts";
import { hostPathTypes } from "../../volume/host_path.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { downwardProblems, projectedProblems } from "./downward_volume.ts";
import { dnsLabel } from "./names.ts";
import { stepsBackProblems } from "./paths.ts";
import { duplicate, type FieldProblem, forbidden, invalid, oneOf, required } from "./problem.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/ */
export function volumeProblems(
  path: YamlPath,
  volumes: readonly Volume[],
): readonly FieldProblem[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const at = [...path, index];
    const isRepeated = names.has(volume.name);
    names.add(volume.name);
    return [
      ...volumeNameProblems([...at, "name"], { name: volume.name, isRepeated }),
      ...sourceCountProblems(at, volume),
      ...emptyDirProblems([...at, "emptyDir"], volume.emptyDir),
      ...hostPathProblems([...at, "hostPath"], volume.hostPath),
      ...downwardProblems([...at, "downwardAPI"], volume.downwardAPI ?? {}),
      ...projectedProblems([...at, "projected"], volume.projected ?? {}),
    ];
  });
}

function volumeNameProblems(
  path: YamlPath,
  { name, isRepeated }: { readonly name: string; readonly isRepeated: boolean },
): readonly FieldProblem[] {
  if (name === "") return [required(path)];
  const details = dnsLabel(name);
  if (details.length > 0) return details.map((detail) => invalid(path, { value: name, detail }));
  return isRepeated ? [duplicate(path, name)] : [];
}

/** A volume comes from one source; all but the first are too many. */
function sourceCountProblems(path: YamlPath, volume: Volume): readonly FieldProblem[] {
  const { name: _name, ...sources } = volume;
  const [first, ...more] = Object.keys(sources);
  if (first === undefined) return [required(path, "must specify a volume type")];
  return more.map((source) =>
    forbidden([...path, source], "may not specify more than 1 volume type")
  );
}

function emptyDirProblems(path: YamlPath, source: Volume["emptyDir"]): readonly FieldProblem[] {
  const limit = source?.sizeLimit === undefined ? undefined : parseQuantity(source.sizeLimit);
  if (limit === undefined || !limit.ok || limit.value.nanos >= 0n) return [];
  const detail = "SizeLimit field must be a valid resource quantity";
  return [forbidden([...path, "sizeLimit"], detail)];
}

function hostPathProblems(path: YamlPath, source: Volume["hostPath"]): readonly FieldProblem[] {
  if (source === undefined) return [];
  const type = source.type ?? "";
  return [
    ...pathProblems([...path, "path"], source.path),
    ...(type === "" ? [] : oneOf([...path, "type"], { value: type, supported: hostPathTypes })),
  ];
}

function pathProblems(path: YamlPath, value: string): readonly FieldProblem[] {
  return value === "" ? [required(path)] : stepsBackProblems(path, value);
}
