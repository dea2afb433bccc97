/** The Deno runtime for the board, of the version that the build pins; npm has it for every machine. */
import { cacheDir } from "../lab/cache.ts";
import { run } from "../lab/run.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const PACKAGE = "@deno/linux-arm64-glibc";

/** Gives the program's path in the lab's cache; fetched at the first call. */
export async function arm64Deno(): Promise<string> {
  const version = (await Deno.readTextFile(`${ROOT}deploy/deno-version`)).trim();
  const cache = `${await cacheDir()}/deno-${version}`;
  await run([
    Deno.execPath(),
    "cache",
    "--quiet",
    "--no-config",
    "--no-lock",
    `npm:${PACKAGE}@${version}`,
  ], { env: { DENO_DIR: cache } });
  const found = await run(["find", `${cache}/npm`, "-path", `*/${PACKAGE}/${version}/deno`]);
  return found.stdout.trim();
}
