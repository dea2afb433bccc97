/** Reads a small tree of files as a whole. */
import type { TreeEntry } from "../../core/volume/tree.ts";
import { orNull } from "./or_null.ts";

/** Everything below `top`, a directory before what is in it. None where it is not there. */
export async function readTree(top: string): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const inside = await orNull(Array.fromAsync(Deno.readDir(top + folder))) ?? [];
    for (const each of inside) {
      const below = `${folder}/${each.name}`;
      if (each.isDirectory) folders.push(below);
      entries.push({ path: below.slice(1), ...await contentOf(top + below, each) });
    }
  }
  return entries;
}

async function contentOf(
  path: string,
  { isFile, isSymlink }: Deno.DirEntry,
): Promise<Omit<TreeEntry, "path">> {
  if (isSymlink) return { target: await Deno.readLink(path) };
  return isFile ? { content: await Deno.readFile(path) } : {};
}
