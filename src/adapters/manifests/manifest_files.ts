/** Where the manifests are: the files of a folder, or the one file that is named instead of a folder. */
import { basename, dirname } from "node:path";
import { messageOf } from "../../ports/errors.ts";
import type { WatchTarget } from "./folder_watch.ts";

/** What the configured path is at the moment. */
export type Place =
  | { readonly kind: "Folder" | "File"; readonly watch: WatchTarget }
  | { readonly kind: "Away"; readonly message: string };

/**
 * Looks at an absolute path. A path that is not there says nothing of the pods; one that was seen to be a file is
 * deleted, though, when its folder is there without it.
 */
export async function findPlace(
  path: string,
  { wasFile }: { readonly wasFile: boolean },
): Promise<Place> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) {
      return { kind: "Folder", watch: { folder: path, identity: identityOf(info) } };
    }
    return info.isFile ? await filePlace(path) : away("expected a folder or a file");
  } catch (err) {
    const isGone = err instanceof Deno.errors.NotFound;
    return isGone && wasFile ? await filePlace(path) : away(reasonOf(err));
  }
}

async function filePlace(path: string): Promise<Place> {
  const folder = dirname(path);
  try {
    const identity = identityOf(await Deno.stat(folder));
    return { kind: "File", watch: { folder, identity, file: path } };
  } catch (err) {
    return away(reasonOf(err));
  }
}

/** Why there is nothing to read, in the same words wherever it is noticed. */
export function reasonOf(err: unknown): string {
  return err instanceof Deno.errors.NotFound ? "there is no such folder or file" : messageOf(err);
}

function away(message: string): Place {
  return { kind: "Away", message };
}

function identityOf({ dev, ino }: Deno.FileInfo): string {
  return `${dev}:${ino}`;
}

/** The paths that may be manifests, in the order of their names. Hidden files and folders are none. Throws Deno's errors. */
export async function listFiles(
  { file, folder }: WatchTarget,
): Promise<readonly string[]> {
  if (file !== undefined) return [file];
  const paths: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (!entry.name.startsWith(".") && !entry.isDirectory) paths.push(`${folder}/${entry.name}`);
  }
  return paths.sort(byName);
}

/** By code units, so that the order is the same on every machine. */
export function byName(one: string, other: string): number {
  return basename(one) < basename(other) ? -1 : 1;
}
