/** Gets the Deno runtime of an architecture, and demands that it is the one that deploy/deno-runtime.sha256 pins. */
import { BuildError } from "../bundle.ts";
import type { Arch } from "../denort.ts";
import { ARCH_NAMES } from "./arch.ts";
import { npmFolders } from "./npm_folders.ts";

/** The pinned runtime. */
export interface DenoRuntime {
  /** The executable. */
  readonly path: string;
  /** The package that it is from. */
  readonly name: string;
  readonly version: string;
  /** Of the executable, in hexadecimal digits. */
  readonly sha256: string;
}

const PINS = new URL("../deno-runtime.sha256", import.meta.url);

/** The line of `sha256sum` for one runtime; undefined where none names it. */
export function pinOf(pins: string, arch: Arch): string | undefined {
  const file = `${ARCH_NAMES[arch].runtime}/deno`;
  return pins.split("\n").map((line) => line.split(/\s+/)).find(([, name]) => name === file)?.[0];
}

/** The digest of a whole file, in hexadecimal digits. */
export async function sha256(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}

async function locate(id: string): Promise<string> {
  const cwd = await Deno.makeTempDir({ prefix: "skerry-runtime-" });
  try {
    const folder = (await npmFolders({ module: `npm:${id}`, cwd })).get(id);
    if (folder === undefined) throw new BuildError(`Deno fetched no ${id}`);
    return `${folder}/deno`;
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

/** The digest of the runtime at `path`. Throws {@linkcode BuildError} for one that is not pinned. */
export async function pinnedDigest(path: string, arch: Arch): Promise<string> {
  const [found, pinned] = [await sha256(path), pinOf(await Deno.readTextFile(PINS), arch)];
  if (found === pinned) return found;
  throw new BuildError(
    `${path} has the SHA-256 ${found}; deploy/deno-runtime.sha256 asks for ${pinned}`,
  );
}

/**
 * From npm's registry into Deno's cache, once. Deno checks the archive against the registry's word; the pin is the tree's own, and holds
 * for what lies in the cache as well. Throws {@linkcode BuildError} for a runtime that is another one.
 */
export async function denoRuntime(arch: Arch, version: string): Promise<DenoRuntime> {
  const name = `@deno/${ARCH_NAMES[arch].runtime}`;
  const path = await locate(`${name}@${version}`);
  return { path, name, version, sha256: await pinnedDigest(path, arch) };
}
