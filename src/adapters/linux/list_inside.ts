/** Lists a directory that containers may change meanwhile, and never one that lies outside. */
import { type Entry, listEntries } from "./kernel_files.ts";
import { type Inside, withOpenInside } from "./open_inside.ts";

/** By name. It is the directory that was reached name by name, whatever is at its path since. Throws Failed and SystemError. */
export async function listInside(at: Inside): Promise<readonly Entry[]> {
  const entries = await withOpenInside(at, (fd) => listEntries(`/proc/self/fd/${fd}`));
  return entries.toSorted((a, b) => a.name < b.name ? -1 : 1);
}
