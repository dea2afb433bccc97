/** Reads a file that a container has left in a volume. */
import { Failed } from "../../ports/errors.ts";
import { isInside, withOpenInside } from "./open_inside.ts";
import { kindOfOpen, readText } from "./kernel_files.ts";
import { orNull } from "./or_null.ts";

/** Larger files are no files of variables. */
const maxBytes = 1024 * 1024;

/** Null where nothing is, and where symlinks lead out of `top`. Throws Failed for what is no plain file. */
export async function readInside(
  { top, path }: { readonly top: string; readonly path: string },
): Promise<string | null> {
  const base = await orNull(Deno.realPath(top));
  const real = await orNull(Deno.realPath(`${top}/${path}`));
  if (base === null || real === null || !isInside({ base, path: real })) return null;
  const { isFile, size } = await Deno.lstat(real);
  if (!isFile) throw new Failed(`read ${real}: not a file`);
  if (size > maxBytes) throw new Failed(`read ${real}: larger than ${maxBytes} bytes`);
  return await withOpenInside({ base, path: real }, (fd) => {
    // To open a pipe would wait for somebody to write.
    if (kindOfOpen(fd, real) !== "file") throw new Failed(`read ${real}: not a file`);
    return readText(`/proc/self/fd/${fd}`);
  });
}
