/**
 * What is wrong with one field of a pod, in the words of the API server.
 * @see https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field
 */
import type { YamlPath } from "../../yaml_types.ts";

export interface FieldProblem {
  /** From the pod's root, such as `["spec", "containers", 0, "name"]`. */
  readonly path: YamlPath;
  /** Without the path, which is put in front where it is shown. */
  readonly message: string;
}

/** What a field may hold. */
type Value = string | number | boolean | readonly string[] | Readonly<Record<string, unknown>>;

/** Longer values are cut short. */
const maxShown = 100;

export function required(path: YamlPath, detail = ""): FieldProblem {
  return { path, message: detail === "" ? "Required value" : `Required value: ${detail}` };
}

export function invalid(
  path: YamlPath,
  { value, detail }: { readonly value: Value; readonly detail: string },
): FieldProblem {
  return { path, message: `Invalid value: ${shown(value)}: ${detail}` };
}

/** One problem for each detail. */
export function allInvalid(
  path: YamlPath,
  { value, details }: { readonly value: Value; readonly details: readonly string[] },
): readonly FieldProblem[] {
  return details.map((detail) => invalid(path, { value, detail }));
}

export function duplicate(path: YamlPath, value: Value): FieldProblem {
  return { path, message: `Duplicate value: ${shown(value)}` };
}

export function notFound(path: YamlPath, value: Value): FieldProblem {
  return { path, message: `Not found: ${shown(value)}` };
}

export function forbidden(path: YamlPath, detail: string): FieldProblem {
  return { path, message: `Forbidden: ${detail}` };
}

/** Checks a field that must hold one of a few words; "" and undefined count as left out. */
export function oneOf(
  path: YamlPath,
  { value, supported }: {
    readonly value: string | undefined;
    readonly supported: readonly string[];
  },
): readonly FieldProblem[] {
  if (!value) return [required(path)];
  if (supported.includes(value)) return [];
  const words = supported.map((word) => `"${word}"`).join(", ");
  return [{ path, message: `Unsupported value: ${shown(value)}: supported values: ${words}` }];
}

function shown(value: Value): string {
  const text = JSON.stringify(value);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
