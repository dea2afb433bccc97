/** Keeps a directory to one process: the kernel lets go of the lock when that process ends, however it ends. */
import { Conflict } from "../../ports/errors.ts";

/** Nothing is written. Throws Conflict when another process holds the directory. @see flock(2) */
export async function lockDirectory(path: string): Promise<Disposable> {
  const directory = await Deno.open(path);
  if (await directory.tryLock(true)) return directory;
  directory.close();
  throw new Conflict(
    `another agent works in ${path}; stop it first, or choose another directory with rootDir`,
  );
}
