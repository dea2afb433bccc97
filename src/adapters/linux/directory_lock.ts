/** Keeps a directory to one process: the kernel lets go of the lock when that process ends, however it ends. */
import { Conflict, Failed, messageOf } from "../../ports/errors.ts";

/**
 * Makes the directory, for its owner alone, if it is not there; nothing is written into it. Throws Conflict when another
 * process holds it, Failed when it cannot be made.
 * @see flock(2)
 */
export async function lockDirectory(path: string): Promise<Disposable> {
  const directory = await openDirectory(path);
  if (await directory.tryLock(true)) return directory;
  directory.close();
  throw new Conflict(
    `another agent works in ${path}; stop it first, or choose another directory with rootDir`,
  );
}

async function openDirectory(path: string): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    return await Deno.open(path);
  } catch (cause) {
    throw new Failed(`rootDir ${path} cannot be used: ${messageOf(cause)}`, { cause });
  }
}
