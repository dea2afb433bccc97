/** Which pods make way for a critical one that does not fit. */
import type { Pod } from "../../k8s.ts";
import { failure, type Result, success } from "../../result.ts";
import { type QosClass, qosClass } from "../qos.ts";
import { isStaticPod } from "../static_pod.ts";
import type { Shortage } from "./predicate.ts";
import { podRequest } from "./requests.ts";

/** From here on a priority is the system's own: `system-cluster-critical`. */
const systemCriticalPriority = 2_000_000_000;

/** Static pods are critical, whatever their priority. */
export function isCritical(pod: Pod): boolean {
  return isStaticPod(pod) || (pod.spec.priority ?? 0) >= systemCriticalPriority;
}

/** What is still to be freed of each resource; only what is more than nothing. */
type Needs = readonly { readonly resource: string; readonly amount: number }[];

/**
 * As few pods as possible, of the worst quality of service first, that together free what the pod lacks. Fails where all
 * that may go would not be enough.
 */
export function podsToPreempt(
  pod: Pod,
  { shortages, others }: {
    readonly shortages: readonly Shortage[];
    readonly others: readonly Pod[];
  },
): Result<readonly Pod[]> {
  const needs = shortages.map(({ resource, requested, used, capacity }) => ({
    resource,
    amount: requested - (capacity - used),
  }));
  const lesser = others.filter((other) => isLesser(other, pod));
  const missing = without(needs, lesser);
  if (missing.length > 0) return failure(notEnough(missing));
  const ofClass = (qos: QosClass): readonly Pod[] =>
    lesser.filter((other) => qosClass(other) === qos);
  const [bestEffort, burstable] = [ofClass("BestEffort"), ofClass("Burstable")];
  // The better a class, the more of the others is thought gone before one of it has to go.
  const last = fewest(ofClass("Guaranteed"), without(needs, [...bestEffort, ...burstable]));
  const second = fewest(burstable, without(needs, [...bestEffort, ...last]));
  const first = fewest(bestEffort, without(needs, [...second, ...last]));
  return success([...first, ...second, ...last]);
}

/** Whether `other` may be ended for `pod`. */
function isLesser(other: Pod, pod: Pod): boolean {
  if (isCritical(pod) && !isCritical(other)) return true;
  const [own, its] = [pod.spec.priority, other.spec.priority];
  return own !== undefined && its !== undefined && own > its;
}

/** What is left to be freed when `gone` are gone. */
function without(needs: Needs, gone: readonly Pod[]): Needs {
  return needs.map(({ resource, amount }) => ({
    resource,
    amount: gone.reduce((left, pod) => left - podRequest(pod, resource), amount),
  })).filter(({ amount }) => amount > 0);
}

/** Takes the pod that comes nearest to what is needed, the smaller of two that are equally near, until it is enough. */
function fewest(candidates: readonly Pod[], needs: Needs): readonly Pod[] {
  const [first, ...rest] = candidates;
  if (needs.length === 0 || first === undefined) return [];
  const best = rest.reduce((found, pod) => isBetter(pod, found, needs) ? pod : found, first);
  return [best, ...fewest(candidates.filter((pod) => pod !== best), without(needs, [best]))];
}

function isBetter(pod: Pod, other: Pod, needs: Needs): boolean {
  const [own, its] = [distance(pod, needs), distance(other, needs)];
  return own === its ? isSmaller(pod, other) : own < its;
}

/** Each resource counts the same, however large its numbers are. */
function distance(pod: Pod, needs: Needs): number {
  return needs.reduce((sum, { resource, amount }) => {
    const left = Math.max(amount - podRequest(pod, resource), 0);
    return sum + (left / amount) ** 2;
  }, 0);
}

/** By memory, then by processors; two of the same size count as smaller, so that the later one goes. */
function isSmaller(pod: Pod, other: Pod): boolean {
  const [memory, cpu] = ["memory", "cpu"].map((resource) =>
    podRequest(pod, resource) - podRequest(other, resource)
  );
  return memory === 0 ? (cpu ?? 0) <= 0 : (memory ?? 0) < 0;
}

function notEnough(missing: Needs): string {
  const list = missing.map(({ resource, amount }) => `(res: ${resource}, q: ${amount}), `).join("");
  return `preemption: error finding a set of pods to preempt: no set of running pods found to ` +
    `reclaim resources: [${list}]`;
}
