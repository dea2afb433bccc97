/** What of a node's capacity pods may request: the rest is the system's, the agent's, and kept against running short. */
import { addQuantities, bytes, type Quantity, subtractQuantities } from "../quantity.ts";
import { type EvictionThreshold, thresholdAmount } from "./eviction_threshold.ts";
import { amount, byteAmount, isHugePages, type ResourceList } from "./resource_list.ts";

/** What is kept from pods. */
export interface Reservations {
  /** `systemReserved`: for what else runs on the machine. */
  readonly system: ResourceList;
  /** `kubeReserved`: for the agent and the runtime. */
  readonly kube: ResourceList;
  readonly evictionHard: readonly EvictionThreshold[];
}

const zero: Quantity = { nanos: 0n, format: "DecimalSI" };

/**
 * Nothing goes below zero. Memory in huge pages is not there for anything else, and no pod may ask for huge pages, so that the
 * scheduler must not send any.
 * @see https://kubernetes.io/docs/tasks/administer-cluster/reserve-compute-resources/#node-allocatable
 */
export function allocatable(capacity: ResourceList, reservations: Reservations): ResourceList {
  const eviction = evictionReservation(capacity, reservations.evictionHard);
  const left = Object.fromEntries(
    Object.entries(capacity).map(([name, all]) => {
      const parts = [reservations.system, reservations.kube, eviction].map((list) => list[name]);
      return [name, without(all, parts)];
    }),
  );
  const { memory } = left;
  const pages = Object.entries(capacity).filter(([name]) => isHugePages(name));
  return {
    ...left,
    ...(memory && { memory: without(memory, pages.map(([, pool]) => pool)) }),
    ...Object.fromEntries(pages.map(([name]) => [name, zero])),
  };
}

/** What all pods together may use: what must be left is kept free by evictions, not by a limit. */
export function podsLimit(
  capacity: ResourceList,
  { system, kube }: Pick<Reservations, "system" | "kube">,
): ResourceList {
  return Object.fromEntries(
    Object.entries(capacity).map(([name, all]) => [name, without(all, [system[name], kube[name]])]),
  );
}

function without(all: Quantity, parts: readonly (Quantity | undefined)[]): Quantity {
  const sum = parts.reduce<Quantity>((total, part) => addQuantities(total, part ?? zero), zero);
  const rest = subtractQuantities(all, sum);
  return rest.nanos < 0n ? { ...rest, nanos: 0n } : rest;
}

/** Of what must be left, memory and the agent's disk are resources that pods request. */
function evictionReservation(
  { memory = zero, "ephemeral-storage": disk = zero }: ResourceList,
  thresholds: readonly EvictionThreshold[],
): ResourceList {
  const reserved: Record<string, Quantity> = {};
  for (const { signal, value } of thresholds) {
    if (signal === "memory.available") {
      reserved["memory"] = byteAmount(thresholdAmount(value, bytes(memory)));
    } else if (signal === "nodefs.available") {
      reserved["ephemeral-storage"] = amount(thresholdAmount(value, bytes(disk)));
    }
  }
  return reserved;
}
