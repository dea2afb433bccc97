/** Checks where a container mounts the pod's volumes. */
import type { VolumeMount } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { descendingPathProblems } from "./paths.ts";
import { type FieldProblem, forbidden, invalid, notFound, oneOf, required } from "./problem.ts";

const propagations = ["Bidirectional", "HostToContainer", "None"];

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1 */
export function mountProblems(
  path: YamlPath,
  { mounts, volumes, isPrivileged }: {
    readonly mounts: readonly VolumeMount[];
    /** Whether the container is. */
    readonly isPrivileged: boolean;
    /** The names of the pod's volumes. */
    readonly volumes: ReadonlySet<string>;
  },
): readonly FieldProblem[] {
  const taken = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const at = [...path, index];
    const isRepeated = taken.has(mount.mountPath);
    taken.add(mount.mountPath);
    return [
      ...volumeProblems([...at, "name"], { name: mount.name, volumes }),
      ...mountPathProblems([...at, "mountPath"], { value: mount.mountPath, isRepeated }),
      ...propagationProblems([...at, "mountPropagation"], {
        value: mount.mountPropagation,
        isPrivileged,
      }),
      ...subPathProblems(at, mount),
      ...recursiveProblems([...at, "recursiveReadOnly"], mount),
    ];
  });
}

function volumeProblems(
  path: YamlPath,
  { name, volumes }: { readonly name: string; readonly volumes: ReadonlySet<string> },
): readonly FieldProblem[] {
  if (name === "") return [required(path)];
  return volumes.has(name) ? [] : [notFound(path, name)];
}

function mountPathProblems(
  path: YamlPath,
  { value, isRepeated }: { readonly value: string; readonly isRepeated: boolean },
): readonly FieldProblem[] {
  if (value === "") return [required(path)];
  return isRepeated ? [invalid(path, { value, detail: "must be unique" })] : [];
}

function recursiveProblems(
  path: YamlPath,
  { readOnly, recursiveReadOnly: value, mountPropagation = "None" }: VolumeMount,
): readonly FieldProblem[] {
  if (value === undefined || value === "Disabled") return [];
  const unknown = oneOf(path, { value, supported: ["Disabled", "Enabled", "IfPossible"] });
  if (unknown.length > 0) return unknown;
  const only = "may only be specified when";
  return [
    ...(readOnly === true ? [] : [forbidden(path, `${only} readOnly is true`)]),
    ...(mountPropagation === "None"
      ? []
      : [forbidden(path, `${only} mountPropagation is None or not specified`)]),
  ];
}

function subPathProblems(
  path: YamlPath,
  { subPath = "", subPathExpr = "" }: VolumeMount,
): readonly FieldProblem[] {
  const at = [...path, "subPathExpr"];
  const detail = "subPathExpr and subPath are mutually exclusive";
  return [
    ...descendingPathProblems([...path, "subPath"], subPath),
    ...(subPath && subPathExpr ? [invalid(at, { value: subPathExpr, detail })] : []),
    ...descendingPathProblems(at, subPathExpr),
  ];
}

/** What a container mounts for all to see it could mount over anything. */
function propagationProblems(
  path: YamlPath,
  { value, isPrivileged }: {
    readonly value: VolumeMount["mountPropagation"];
    readonly isPrivileged: boolean;
  },
): readonly FieldProblem[] {
  if (value === undefined) return [];
  if (value !== "Bidirectional" || isPrivileged) {
    return oneOf(path, { value, supported: propagations });
  }
  const detail = "Bidirectional mount propagation is available only to privileged containers";
  return [forbidden(path, detail)];
}
