/** Checks what a container requests and is limited to. */
import type { ResourceRequirements } from "../../k8s.ts";
import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from "../../quantity.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { type FieldProblem, invalid } from "./problem.ts";

type Amounts = Readonly<Record<string, string>>;

/** @see https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
export function resourceProblems(
  path: YamlPath,
  { requests = {}, limits = {} }: ResourceRequirements,
): readonly FieldProblem[] {
  return [
    ...negativeAmounts([...path, "limits"], limits),
    ...negativeAmounts([...path, "requests"], requests),
    ...requestsBeyondLimits([...path, "requests"], { requests, limits }),
  ];
}

function negativeAmounts(path: YamlPath, amounts: Amounts): readonly FieldProblem[] {
  return Object.entries(amounts).flatMap(([name, text]) => {
    const quantity = quantityOf(text);
    if (quantity === undefined || quantity.nanos >= 0n) return [];
    const detail = "must be greater than or equal to 0";
    return [invalid([...path, name], { value: formatQuantity(quantity), detail })];
  });
}

function requestsBeyondLimits(
  path: YamlPath,
  { requests, limits }: { readonly requests: Amounts; readonly limits: Amounts },
): readonly FieldProblem[] {
  return Object.entries(requests).flatMap(([name, text]) => {
    const [request, limit] = [quantityOf(text), quantityOf(limits[name])];
    if (request === undefined || limit === undefined) return [];
    if (compareQuantities(request, limit) <= 0) return [];
    const detail = `must be less than or equal to ${name} limit of ${formatQuantity(limit)}`;
    return [invalid([...path, name], { value: formatQuantity(request), detail })];
  });
}

/** Undefined for what the schema has already complained of. */
function quantityOf(text: string | undefined): Quantity | undefined {
  const parsed = text === undefined ? undefined : parseQuantity(text);
  return parsed?.ok ? parsed.value : undefined;
}
