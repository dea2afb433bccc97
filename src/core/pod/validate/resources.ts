/** Checks what a container requests and is limited to. */
import type { ResourceRequirements } from "../../k8s.ts";
import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from "../../quantity.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { isExtendedResource } from "../resource_names.ts";
import { type FieldProblem, invalid, required } from "./problem.ts";

type Amounts = Readonly<Record<string, string>>;

/** @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
export function resourceProblems(
  path: YamlPath,
  { requests = {}, limits = {} }: ResourceRequirements,
): readonly FieldProblem[] {
  return [
    ...amountProblems([...path, "limits"], limits),
    ...amountProblems([...path, "requests"], requests),
    ...requestProblems(path, { requests, limits }),
  ];
}

/** Nobody has half a piece of an extended resource. */
function amountProblems(path: YamlPath, amounts: Amounts): readonly FieldProblem[] {
  return Object.entries(amounts).flatMap(([name, text]) => {
    const quantity = quantityOf(text);
    if (quantity === undefined) return [];
    const value = formatQuantity(quantity);
    const isWhole = quantity.nanos % 1_000_000_000n === 0n;
    return [
      ...(quantity.nanos < 0n ? ["must be greater than or equal to 0"] : []),
      ...(isExtendedResource(name) && !isWhole ? ["must be an integer"] : []),
    ].map((detail) => invalid([...path, name], { value, detail }));
  });
}

function requestProblems(
  path: YamlPath,
  { requests, limits }: { readonly requests: Amounts; readonly limits: Amounts },
): readonly FieldProblem[] {
  return Object.entries(requests).flatMap(([name, text]) => {
    const [request, limit] = [quantityOf(text), quantityOf(limits[name])];
    if (request === undefined) return [];
    if (limit === undefined) return isExtendedResource(name) ? [unlimited(path)] : [];
    const detail = rangeProblem(name, { request, limit });
    const value = formatQuantity(request);
    return detail === null ? [] : [invalid([...path, "requests", name], { value, detail })];
  });
}

function unlimited(path: YamlPath): FieldProblem {
  return required([...path, "limits"], "Limit must be set for non overcommitable resources");
}

/** A node may promise more processors and memory than it has, but not the same piece to two pods. */
function rangeProblem(
  name: string,
  { request, limit }: { readonly request: Quantity; readonly limit: Quantity },
): string | null {
  const order = compareQuantities(request, limit);
  const bound = `${name} limit of ${formatQuantity(limit)}`;
  if (isExtendedResource(name)) return order === 0 ? null : `must be equal to ${bound}`;
  return order <= 0 ? null : `must be less than or equal to ${bound}`;
}

/** Undefined for what the schema has already complained of. */
function quantityOf(text: string | undefined): Quantity | undefined {
  const parsed = text === undefined ? undefined : parseQuantity(text);
  return parsed?.ok ? parsed.value : undefined;
}
