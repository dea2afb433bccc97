/** Files that are there as a whole or not at all, also after a power cut. */
import { basename, dirname, join } from "node:path/posix";

/** Puts a file in the place of another. The folder must be there. */
export async function writeDurably(
  path: string,
  { content, mode }: { readonly content: string; readonly mode: number },
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.new`);
  await removeIfThere(temporary);
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true, mode });
    await writeAll(file, new TextEncoder().encode(content));
    // The umask may have taken permissions away.
    await Deno.chmod(temporary, mode);
    await file.sync();
    await Deno.rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes a symbolic link, in the place of another. */
export async function linkDurably(
  path: string,
  { target }: { readonly target: string },
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.new`);
  await removeIfThere(temporary);
  await Deno.symlink(target, temporary);
  await Deno.rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Idempotent. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

/** Names are durable once their folder is. */
async function syncDirectory(path: string): Promise<void> {
  using directory = await Deno.open(path);
  await directory.sync();
}
