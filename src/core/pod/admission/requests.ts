/** What a pod requests of a node, as whole numbers: processors in thousandths, all else in units. */
import { allContainers, type Pod } from "../../k8s.ts";
import { bytes, milliValue, parseQuantity, type Quantity } from "../../quantity.ts";
import { ephemeralStorage, isExtendedResource } from "../resource_names.ts";
import { podAmount } from "../resources.ts";

/** The resources that a node counts; a name without a domain that is none of Kubernetes' own counts nowhere. */
export function countedResources({ spec }: Pick<Pod, "spec">): readonly string[] {
  const lists = [spec.overhead, ...allContainers(spec).map((each) => each.resources?.requests)];
  const named = lists.flatMap((list) => Object.keys(list ?? {}));
  const scalars = [...new Set(named)].filter(isScalar).toSorted();
  return ["cpu", "memory", ephemeralStorage, ...scalars];
}

/** What the pod requests of one resource; each pod counts as one of `pods`. */
export function podRequest({ spec }: Pick<Pod, "spec">, resource: string): number {
  if (resource === "pods") return 1;
  return wholeAmount(podAmount(spec, { kind: "requests", resource }).total, { resource });
}

/** What a node has of a resource; nothing where it does not say. */
export function allocatableAmount(
  allocatable: Readonly<Record<string, string>>,
  resource: string,
): number {
  const parsed = parseQuantity(allocatable[resource] ?? "0");
  return parsed.ok ? wholeAmount(parsed.value, { resource }) : 0;
}

function wholeAmount(
  quantity: Quantity,
  { resource }: { readonly resource: string },
): number {
  return resource === "cpu" ? milliValue(quantity) : bytes(quantity);
}

function isScalar(resource: string): boolean {
  return isExtendedResource(resource) || resource.startsWith("hugepages-") ||
    resource.startsWith("attachable-volumes-") || resource.includes("kubernetes.io/");
}
