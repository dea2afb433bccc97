/** Checks what a container requests and is limited to. */
import type { PodSpec, ResourceRequirements } from "../../k8s.ts";
import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from "../../quantity.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { isExtendedResource } from "../resource_names.ts";
import { containersAmount } from "../resources.ts";
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

/**
 * What a pod asks for as a whole: it requests no less than its containers together, and none of them may use more than it.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
 */
export function podResourceProblems(spec: PodSpec): readonly FieldProblem[] {
  const { resources } = spec;
  if (resources === undefined) return [];
  const path = ["spec", "resources"];
  return [
    ...resourceProblems(path, resources),
    ...Object.entries(resources.requests ?? {}).flatMap(([resource, text]) => {
      const least = containersAmount(spec, { kind: "requests", resource }).total;
      const quantity = quantityOf(text);
      if (quantity === undefined || compareQuantities(least, quantity) <= 0) return [];
      const detail = "must be greater than or equal to aggregate container requests of " +
        formatQuantity(least);
      return [
        invalid([...path, "requests", resource], { value: formatQuantity(quantity), detail }),
      ];
    }),
    ...spec.containers.flatMap(({ resources: own }, index) =>
      limitProblems(["spec", "containers", index, "resources", "limits"], {
        limits: own?.limits ?? {},
        most: resources.limits ?? {},
      })
    ),
  ];
}

function limitProblems(
  path: YamlPath,
  { limits, most }: { readonly limits: Amounts; readonly most: Amounts },
): readonly FieldProblem[] {
  return Object.entries(limits).flatMap(([name, text]) => {
    const [limit, bound] = [quantityOf(text), quantityOf(most[name])];
    if (limit === undefined || bound === undefined) return [];
    if (compareQuantities(limit, bound) <= 0) return [];
    const detail = `must be less than or equal to pod limits of ${formatQuantity(bound)}`;
    return [invalid([...path, name], { value: formatQuantity(limit), detail })];
  });
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
