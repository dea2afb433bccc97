/** What keeps a runtime from running pods, in the kubelet's words. */
import type { RuntimeCondition } from "../cri/types.ts";
import { second } from "../instant.ts";

/** A runtime that is restarted is back before this: no pod needs to be moved for that. */
const patienceMs = 30 * second;

/** None: it is ready. */
export function runtimeProblems(
  { conditions, sinceReadyMs }: {
    /** As it told them last; null before its first answer. */
    readonly conditions: readonly RuntimeCondition[] | null;
    /** How long ago it was ready; null if it never was. */
    readonly sinceReadyMs: number | null;
  },
): readonly string[] {
  return [
    ...contactProblems(sinceReadyMs),
    ...unmet("RuntimeReady", { conditions, name: "container runtime not ready" }),
    ...conditions === null ? ["network state unknown"] : [],
    ...networkProblems(conditions),
  ];
}

/** What keeps the runtime from giving pods a network; none: nothing does, or it is not known. */
export function networkProblems(
  conditions: readonly RuntimeCondition[] | null,
): readonly string[] {
  return unmet("NetworkReady", { conditions, name: "container runtime network not ready" });
}

function contactProblems(sinceReadyMs: number | null): readonly string[] {
  if (sinceReadyMs === null) {
    return ["container runtime status check may not have completed yet"];
  }
  return sinceReadyMs < patienceMs ? [] : ["container runtime is down"];
}

function unmet(
  type: string,
  { conditions, name }: {
    readonly conditions: readonly RuntimeCondition[] | null;
    readonly name: string;
  },
): readonly string[] {
  if (conditions === null || isMet(conditions, type)) return [];
  const condition = conditions.find((each) => each.type === type);
  return [`${name}: ${condition === undefined ? "<nil>" : text(condition)}`];
}

/** Whether a condition is there and true. */
export function isMet(conditions: readonly RuntimeCondition[], type: string): boolean {
  return conditions.some((each) => each.type === type && each.status);
}

function text({ type, status, reason, message }: RuntimeCondition): string {
  return `${type}=${status} reason:${reason} message:${message}`;
}
