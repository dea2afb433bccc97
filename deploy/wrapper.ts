/** The `skerry` command as a shell script, for machines where no binary can be compiled. */
import { denoRunArgs } from "./runtime.ts";

/** The bundle, as a word of the script. */
const BUNDLE = '"$prefix/lib/skerry/skerry.js"';

/**
 * The script's text, for PREFIX/bin/skerry beside PREFIX/lib/skerry with `deno` and `skerry.js`, wherever PREFIX is.
 *
 * The script becomes the runtime, so signals and exit codes are the agent's own. DENO_DIR, where Deno keeps compiled code between
 * starts, can be set from outside.
 */
export function wrapperScript(): string {
  const args = denoRunArgs(BUNDLE).map((word) => word === BUNDLE ? word : quoted(word));
  return `#!/bin/sh
# Skerry, run by the Deno runtime that was installed with it. Made by deploy/build.ts.
here=$(dirname "$(readlink -f "$0")")
prefix=\${here%/bin}
export DENO_NO_UPDATE_CHECK=1
exec "$prefix/lib/skerry/deno" ${args.join(" ")} "$@"
`;
}

function quoted(word: string): string {
  return /^[\w./=,:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
