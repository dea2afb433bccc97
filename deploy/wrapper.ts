/** The `skerry` command as a shell script, for machines where no binary can be compiled. */
import { denoRunArgs } from "./runtime.ts";

/** Where the installed script finds its parts. */
export interface WrapperPaths {
  /** The Deno runtime. */
  readonly deno: string;
  /** The bundled agent. */
  readonly bundle: string;
}

function quoted(word: string): string {
  return /^[\w./=,:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The script's text. DENO_DIR, where Deno keeps compiled code between starts, can be set from outside. */
export function wrapperScript({ deno, bundle }: WrapperPaths): string {
  const command = [deno, ...denoRunArgs(bundle)].map(quoted).join(" ");
  return `#!/bin/sh
# Skerry, run by the Deno runtime beside it. Made by deploy/build.ts.
export DENO_NO_UPDATE_CHECK=1
exec ${command} "$@"
`;
}
