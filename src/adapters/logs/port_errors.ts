/** The system's errors about log files as the port's. */
import { portError } from "../linux/errno.ts";

/** Turns the system's errors into the port's, with the path in front. */
export async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (err) {
    throw portError(err, path);
  }
}
