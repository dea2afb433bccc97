/** Keeps what is built for the tests in the lab's cache, in a folder named after what it was built of. */
import { cacheDir } from "./cache.ts";
import { sha256 } from "./image_archive.ts";
import { run, tryRun } from "./run.ts";

/** What is built, and what of. */
export interface CachedBuild {
  /** Of its folder in the cache. */
  readonly name: string;
  /** Folder of the inputs. */
  readonly dir: string;
  /** Files relative to `dir`: a change to one of them makes a new build. */
  readonly inputs: readonly string[];
}

/** Folder of the build; it need not be there. */
export async function buildDir(build: CachedBuild): Promise<string> {
  return `${await cacheDir()}/${build.name}-${await digest(build)}`;
}

export async function isBuilt(build: CachedBuild): Promise<boolean> {
  return await exists(await buildDir(build));
}

/** Gives the folder of the build; where it is not there, `make` fills a draft of it, which is kept when that succeeds. */
export async function built(
  build: CachedBuild,
  make: (draft: string) => Promise<void>,
): Promise<string> {
  const target = await buildDir(build);
  if (await exists(target)) return target;
  const draft = `${target}.${crypto.randomUUID()}`;
  try {
    await make(draft);
    // Two tests may have built at once; the folder of the first stays.
    await tryRun(["mv", "-T", draft, target]);
  } finally {
    await run(["rm", "-rf", "--", draft]);
  }
  return target;
}

async function digest({ dir, inputs }: CachedBuild): Promise<string> {
  const digests = await Promise.all(
    inputs.map(async (file) => await sha256(await Deno.readFile(`${dir}/${file}`))),
  );
  const all = new TextEncoder().encode([Deno.build.arch, ...digests].join());
  return (await sha256(all)).slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
