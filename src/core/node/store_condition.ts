/** The Node's condition that tells of a store that cannot be written. */
import { type StoreProblem, storeProblemText } from "../store_state.ts";
import type { OwnCondition } from "./conditions.ts";

/** There is none where there was never a problem. */
export function storeCondition(problem: StoreProblem | null): OwnCondition {
  const said = problem &&
    { status: "True", reason: problem.reason, message: storeProblemText(problem) };
  return { type: "skerry.dev/StoreProblem", said };
}
