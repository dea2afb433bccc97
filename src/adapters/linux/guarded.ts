/** Turns what the file system refuses into errors of the ports. */
import { PortError } from "../../ports/errors.ts";
import { portError } from "./errno.ts";

/** `doing` is a verb and its object, for the message. */
export async function guarded<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof PortError ? error : portError(error, doing);
  }
}
