/** Ends a process with all that it has started. */
import { codeOf } from "./errno.ts";
import { checked, libc } from "./libc.ts";

const SIGKILL = 9;

/**
 * Ends the group of a process that leads one (`detached`); nothing where it has ended. By way of the C library, for Deno
 * lets only those send signals who may start any program. Throws SystemError.
 */
export function killProcessGroup(leader: number): void {
  try {
    checked(libc().kill(-leader, SIGKILL), { call: "kill", path: `process group ${leader}` });
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}
