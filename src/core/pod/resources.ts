/** What a pod requests and may use in all: init containers and sidecars counted as they run. */
import { type Container, isSidecar, type PodSpec } from "../k8s.ts";
import { addQuantities, compareQuantities, parseQuantity, type Quantity } from "../quantity.ts";

/** The resources that make QoS classes and cgroups. */
export type ComputeResource = "cpu" | "memory";

/** Which of a container's amounts is meant. */
export interface AmountKey {
  readonly kind: "requests" | "limits";
  /** Such as `cpu` or `ephemeral-storage`. */
  readonly resource: string;
}

/** A pod's amount of one resource. */
export interface PodAmount {
  readonly total: Quantity;
  /** Every container asks for something, or the pod itself does. A limit only holds for the pod when this is so. */
  readonly declared: boolean;
}

/** What a pod may ask for as a whole. */
const podLevel: readonly string[] = ["cpu", "memory"];

const zero: Quantity = { nanos: 0n, format: "DecimalSI" };

/** The amount that one container, or the pod as a whole, names; zero where it names none. */
export function amountOf(
  { resources }: Pick<Container | PodSpec, "resources">,
  { kind, resource }: AmountKey,
): Quantity {
  return quantityOf(resources?.[kind]?.[resource]);
}

/** A text as the spec has it; zero where there is none. */
export function quantityOf(text: string | undefined): Quantity {
  const parsed = text === undefined ? undefined : parseQuantity(text);
  return parsed?.ok ? parsed.value : zero;
}

/** Whether the pod as a whole asks for something, whatever its containers do. */
export function hasPodLevelResources({ resources }: Pick<PodSpec, "resources">): boolean {
  const { requests = {}, limits = {} } = resources ?? {};
  return [requests, limits].some((amounts) => podLevel.some((name) => name in amounts));
}

/**
 * What the pod may use and what it costs to have it at all; a limit of nothing stays none.
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/pod-overhead/
 */
export function podAmount(
  spec: Pick<PodSpec, "containers" | "initContainers" | "overhead" | "resources">,
  key: AmountKey,
): PodAmount {
  const { total, declared } = amountWithoutOverhead(spec, key);
  const overhead = quantityOf(spec.overhead?.[key.resource]);
  const isUnlimited = key.kind === "limits" && total.nanos === 0n;
  return { total: isUnlimited ? total : addQuantities(total, overhead), declared };
}

/**
 * What the pod names for itself, or else what its containers do together.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
 */
export function amountWithoutOverhead(
  spec: Pick<PodSpec, "containers" | "initContainers" | "resources">,
  key: AmountKey,
): PodAmount {
  const sum = containersAmount(spec, key);
  const own = spec.resources?.[key.kind]?.[key.resource];
  if (own === undefined || !podLevel.includes(key.resource)) return sum;
  const total = quantityOf(own);
  return { total, declared: sum.declared || total.nanos > 0n };
}

/**
 * The main containers and sidecars together, or what any init container needs beside the sidecars before it, whichever
 * is more.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function containersAmount(
  { containers, initContainers = [] }: Pick<PodSpec, "containers" | "initContainers">,
  key: AmountKey,
): PodAmount {
  const init = initContainers.map((container) => amountOf(container, key));
  const main = containers.map((container) => amountOf(container, key));
  const { sidecars, steps } = initSteps(initContainers, key);
  const running = [...main, sidecars].reduce(addQuantities, zero);
  return {
    total: [running, ...steps].reduce((a, b) => compareQuantities(a, b) >= 0 ? a : b),
    declared: [...init, ...main].every(({ nanos }) => nanos > 0n),
  };
}

/** The amounts in use while each init container runs, and that of all sidecars. */
function initSteps(
  initContainers: readonly Container[],
  key: AmountKey,
): { readonly sidecars: Quantity; readonly steps: readonly Quantity[] } {
  let sidecars = zero;
  const steps = initContainers.map((container) => {
    const during = addQuantities(sidecars, amountOf(container, key));
    if (isSidecar(container)) sidecars = during;
    return during;
  });
  return { sidecars, steps };
}
