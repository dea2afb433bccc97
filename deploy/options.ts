/** Values of options of build and release. */
import { BuildError } from "./bundle.ts";
import { type Arch, ARCHES } from "./denort.ts";

/** The architecture of that name. Throws {@linkcode BuildError} for another one. */
export function archOf(name: string | undefined): Arch {
  const arch = ARCHES.find((each) => each === name);
  if (arch === undefined) throw new BuildError(`--arch needs one of ${ARCHES.join(", ")}`);
  return arch;
}

/** A path seen from the working directory. Throws {@linkcode BuildError} where `option` came without one. */
export function absolutePath(path: string | undefined, option: string): string {
  if (path === undefined) throw new BuildError(`${option} needs a path`);
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}
