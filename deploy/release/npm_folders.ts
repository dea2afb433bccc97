/** Where Deno has put npm packages that it fetched. */
import { BuildError, say } from "../bundle.ts";

const FETCH_TIMEOUT_MS = 900_000;

/**
 * The folders of the packages that `module` needs, by ID; Deno fetches what is missing. `cwd` decides whose configuration holds: in a
 * folder outside the tree there is none. Throws {@linkcode BuildError} with Deno's own words.
 */
export async function npmFolders(
  { module, cwd }: { readonly module: string; readonly cwd: string },
): Promise<ReadonlyMap<string, string>> {
  const { code, stdout, stderr } = await say(Deno.execPath(), {
    args: ["info", "--json", module],
    cwd,
    timeoutMs: FETCH_TIMEOUT_MS,
  });
  if (code !== 0) throw new BuildError(`cannot get what ${module} needs:\n${stderr}`);
  const { npmPackages }: {
    npmPackages: Record<string, { localPath: string }>;
  } = JSON.parse(stdout);
  return new Map(Object.entries(npmPackages).map(([id, { localPath }]) => [id, localPath]));
}
