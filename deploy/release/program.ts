/** The program of a release: one executable, or the bundle with the runtime and the script that joins them. */
import type { DenoRuntime } from "./deno_runtime.ts";
import type { Entry } from "./tree.ts";

export type Program =
  | { readonly kind: "compiled"; readonly path: string }
  | {
    readonly kind: "bundle";
    readonly script: string;
    readonly wrapper: string;
    readonly runtime: DenoRuntime;
  };

/** The entries below `prefix`, which is empty or ends in a slash: the script finds the rest from where it lies. */
export function programEntries(prefix: string, program: Program): readonly Entry[] {
  const command = { path: `${prefix}bin/skerry`, mode: 0o755 };
  if (program.kind === "compiled") return [{ ...command, from: program.path }];
  return [
    { ...command, from: program.wrapper },
    { path: `${prefix}lib/skerry/deno`, mode: 0o755, from: program.runtime.path },
    { path: `${prefix}lib/skerry/skerry.js`, mode: 0o644, from: program.script },
  ];
}
