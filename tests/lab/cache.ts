/** The lab's cache, outside the tree: image archives and downloaded runtimes that later labs use again. */

/** `$XDG_CACHE_HOME/skerry-lab`, or `/var/cache/skerry-lab`; made when it is not there. */
export async function cacheDir(): Promise<string> {
  const base = Deno.env.get("XDG_CACHE_HOME");
  const dir = base ? `${base}/skerry-lab` : "/var/cache/skerry-lab";
  await Deno.mkdir(dir, { recursive: true });
  return dir;
}

/** Writes a file so that a reader, or a second lab starting now, sees all of it or nothing. */
export async function writeWhole(path: string, data: Uint8Array): Promise<void> {
  const draft = await Deno.makeTempFile({ dir: path.slice(0, path.lastIndexOf("/")) });
  await Deno.writeFile(draft, data);
  await Deno.rename(draft, path);
}
