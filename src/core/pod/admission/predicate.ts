/** The checks of the scheduler that a node repeats: what fails, and how that is said. */
import type { Pod } from "../../k8s.ts";
import type { AdmissionNode } from "./node.ts";
import type { Refusal } from "./refusal.ts";

/** What a pod is judged by. */
export interface AdmissionContext {
  readonly node: AdmissionNode;
  /** The other pods that have been admitted and have not ended. */
  readonly others: readonly Pod[];
}

/** Too little of a resource; processors in thousandths, all else in whole units. */
export interface Shortage {
  readonly kind: "Shortage";
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

/** A check that fails for another reason than amounts. */
export interface Mismatch {
  readonly kind: "Mismatch";
  /** The scheduler's plugin. */
  readonly name: string;
  readonly reason: string;
}

export type PredicateFailure = Shortage | Mismatch;

export function refusalOf(failure: PredicateFailure): Refusal {
  switch (failure.kind) {
    case "Shortage": {
      const { resource, requested, used, capacity } = failure;
      return {
        reason: `OutOf${resource}`,
        message: `Node didn't have enough resource: ${resource}, requested: ${requested}, ` +
          `used: ${used}, capacity: ${capacity}`,
      };
    }
    case "Mismatch": {
      const { name, reason } = failure;
      return { reason: name, message: `Predicate ${name} failed: ${reason}` };
    }
  }
}
