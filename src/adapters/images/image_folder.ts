/** The folder of image archives on disk; a small file beside them says what was imported. */
import * as v from "valibot";
import { isImageArchive } from "../../core/image_archive_name.ts";
import { Failed, messageOf } from "../../ports/errors.ts";
import type { ArchiveFile, ImageFolder, ImportedArchive } from "../../ports/image_folder.ts";
import { orNull } from "../linux/or_null.ts";

const memory = v.array(v.object({
  path: v.string(),
  sizeBytes: v.number(),
  modifiedAt: v.number(),
  names: v.array(v.string()),
}));

/** The name that k3s gives to the same thing. */
const memoryFile = ".cache.json";

/** What was remembered is replaced in one step: cut short, the memory from before stays. */
export function imageFolder(path: string): ImageFolder {
  const memoryPath = `${path}/${memoryFile}`;
  return {
    path,
    archives: () => archives(path),
    imported: () => readMemory(memoryPath),
    async remember(archives) {
      const draft = `${memoryPath}.tmp`;
      await failing(path, async () => {
        await Deno.writeTextFile(draft, JSON.stringify(archives));
        await Deno.rename(draft, memoryPath);
      });
    },
  };
}

async function archives(dir: string): Promise<readonly ArchiveFile[]> {
  return await failing(dir, async () => {
    const entries = await orNull(Array.fromAsync(Deno.readDir(dir)));
    const names = (entries ?? []).map(({ name }) => name).filter(isImageArchive).toSorted();
    const files = await Promise.all(names.map((name) => archiveFile(`${dir}/${name}`)));
    return files.filter((file) => file !== null);
  });
}

/** Null for what is no file, or a link to nowhere. What else cannot be looked at fails when it is imported, alone. */
async function archiveFile(path: string): Promise<ArchiveFile | null> {
  const info = await orNull(Deno.stat(path)).catch(() => ({ isFile: true, size: 0, mtime: null }));
  if (!info?.isFile) return null;
  return { path, sizeBytes: info.size, modifiedAt: info.mtime?.getTime() ?? 0 };
}

async function readMemory(path: string): Promise<readonly ImportedArchive[]> {
  try {
    const read = v.safeParse(memory, JSON.parse(await Deno.readTextFile(path)));
    return read.success ? read.output : [];
  } catch {
    // Not there or damaged: everything is imported once more, which is what it is for.
    return [];
  }
}

async function failing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new Failed(`${path}: ${messageOf(cause)}`, { cause });
  }
}
