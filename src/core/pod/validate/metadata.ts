/** Checks a pod's name, namespace, UID, labels and annotations. */
import type { Pod } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from "./names.ts";
import { allInvalid, type FieldProblem, invalid, required } from "./problem.ts";

const maxAnnotationsBytes = 256 * 1024;

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export function metadataProblems(metadata: Pod["metadata"]): readonly FieldProblem[] {
  const at = (field: string): YamlPath => ["metadata", field];
  return [
    ...nameProblems(at("name"), { value: metadata.name, check: dnsSubdomain }),
    ...nameProblems(at("namespace"), { value: metadata.namespace, check: dnsLabel }),
    ...uidProblems(at("uid"), metadata.uid),
    ...labelProblems(at("labels"), metadata.labels ?? {}),
    ...annotationProblems(at("annotations"), metadata.annotations ?? {}),
  ];
}

function nameProblems(
  path: YamlPath,
  { value, check }: {
    readonly value: string;
    readonly check: (text: string) => readonly string[];
  },
): readonly FieldProblem[] {
  return value === "" ? [required(path)] : allInvalid(path, { value, details: check(value) });
}

/** The UID names directories and cgroups, so it must not lead anywhere else. */
function uidProblems(path: YamlPath, value: string): readonly FieldProblem[] {
  if (/^[A-Za-z0-9][-A-Za-z0-9]{0,127}$/.test(value)) return [];
  const detail = "must consist of alphanumeric characters or '-', at most 128 of them";
  return [invalid(path, { value, detail })];
}

function labelProblems(
  path: YamlPath,
  labels: Readonly<Record<string, string>>,
): readonly FieldProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...allInvalid([...path, key], { value: key, details: qualifiedName(key) }),
    ...allInvalid([...path, key], { value, details: labelValue(value) }),
  ]);
}

function annotationProblems(
  path: YamlPath,
  annotations: Readonly<Record<string, string>>,
): readonly FieldProblem[] {
  const entries = Object.entries(annotations);
  const bytes = new TextEncoder().encode(entries.flat().join("")).length;
  const tooLong = { path, message: `Too long: may not be more than ${maxAnnotationsBytes} bytes` };
  return [
    ...entries.flatMap(([key]) =>
      allInvalid([...path, key], { value: key, details: qualifiedName(key.toLowerCase()) })
    ),
    ...(bytes > maxAnnotationsBytes ? [tooLong] : []),
  ];
}
