/** The options of `deno task conformance`. */
import { parseArgs } from "node:util";
import type { NodeKind } from "./nodes.ts";

export interface ConformanceOptions {
  /** A regular expression in Go's words: only specs whose name it meets run. */
  readonly focus: string | undefined;
  readonly node: NodeKind;
  /** How many specs run side by side. */
  readonly processes: number;
}

/** Throws with the way out for an option that is none. */
export function parseOptions(args: readonly string[]): ConformanceOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      focus: { type: "string" },
      node: { type: "string", default: "skerry" },
      processes: { type: "string", default: "8" },
    },
  });
  const { focus, node } = values;
  if (node !== "skerry" && node !== "kubelet") {
    throw new Error(`--node ${node}: give "skerry" or "kubelet"`);
  }
  const processes = Number(values.processes);
  if (!Number.isInteger(processes) || processes < 1) {
    throw new Error(`--processes ${values.processes}: give a number from 1 on`);
  }
  return { focus, node, processes };
}
