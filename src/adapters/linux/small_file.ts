/** Reads files that are known to be small: configuration, credentials. */

/** A file beyond this size is no such file; it is not read. */
const maxBytes = 1024 * 1024;

/** Throws where there is no plain file of a sensible size; what Deno throws where it cannot be read. */
export async function readSmallFile(path: string): Promise<Uint8Array> {
  const { isFile, size } = await Deno.stat(path);
  if (!isFile) throw new Error("expected a file");
  if (size > maxBytes) throw new Error(`${size} bytes are more than the ${maxBytes} that are read`);
  return await Deno.readFile(path);
}
