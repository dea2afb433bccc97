/** Asks the file system for what may not be there. */
import { codeOf } from "./errno.ts";

/** What the call gives; null where nothing is at its path. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}
