/** Which npm packages have code in the bundle: those that its source map names, and those whose code they carry. */
import { BuildError } from "../bundle.ts";
import { closure, type Lock } from "./lock.ts";

/** What the decision is made of. */
export interface Bundled {
  /** Absolute paths of the files that the bundle was made of. */
  readonly sources: readonly string[];
  /** Where each package of the lock lies, by its ID. */
  readonly folders: ReadonlyMap<string, string>;
  readonly lock: Lock;
}

/** Packages that have built code of others in their own files, which no source map tells of. */
const CARRIED: Readonly<Record<string, readonly string[]>> = {
  "@js-sdsl/ordered-map": ["tslib"],
  "worker-timers": ["worker-timers-worker"],
};

/** The IDs of the packages, in the order of their names. Throws {@linkcode BuildError} where there is none. */
export function bundledPackages({ sources, folders, lock }: Bundled): readonly string[] {
  const named = [...folders]
    .filter(([, folder]) => sources.some((source) => source.startsWith(`${folder}/`)))
    .map(([id]) => id);
  if (named.length === 0) throw new BuildError("the bundle's source map names no npm package");
  const carried = named.flatMap((id) => CARRIED[lock.get(id)?.name ?? ""] ?? []);
  return [...new Set([...named, ...closure(lock, carried)])].sort();
}
