/** One manifest file: what it looks like from outside, and its bytes, read only where that cannot block or take long. */
import { failure, type Result, success } from "../../core/result.ts";
import { DEFAULT_YAML_LIMITS } from "../../core/yaml_types.ts";
import { messageOf } from "../../ports/errors.ts";

/** A file from outside. The `stamp` changes whenever the content may have changed. */
export type Glimpse =
  | { readonly kind: "Readable"; readonly stamp: string; readonly size: number }
  | { readonly kind: "Unreadable"; readonly stamp: string; readonly message: string }
  | { readonly kind: "Missing" | "Folder"; readonly stamp: string };

/** Looks at a file without opening it. */
export async function glimpse(path: string): Promise<Glimpse> {
  try {
    return glimpseOf(await Deno.stat(path));
  } catch (err) {
    if (!(err instanceof Deno.errors.NotFound)) return unreadable(messageOf(err));
    return await isThere(path)
      ? unreadable("a symbolic link that leads nowhere")
      : { kind: "Missing", stamp: "missing" };
  }
}

function glimpseOf(info: Deno.FileInfo): Glimpse {
  const stamp = [info.dev, info.ino, info.size, info.mtime?.getTime(), info.ctime?.getTime()]
    .join(":");
  if (info.isDirectory) return { kind: "Folder", stamp };
  if (!info.isFile) return unreadable(`expected a file, found ${specialKind(info)}`);
  if (info.size > DEFAULT_YAML_LIMITS.maxBytes) return { ...tooLarge(info.size), stamp };
  return { kind: "Readable", stamp, size: info.size };
}

function unreadable(message: string): Glimpse & { readonly kind: "Unreadable" } {
  return { kind: "Unreadable", stamp: message, message };
}

function tooLarge(size: number): Glimpse & { readonly kind: "Unreadable" } {
  return unreadable(
    `${size} bytes are more than the ${DEFAULT_YAML_LIMITS.maxBytes} that are read of a manifest`,
  );
}

function specialKind(info: Deno.FileInfo): string {
  if (info.isFifo) return "a pipe";
  if (info.isSocket) return "a socket";
  return info.isBlockDevice || info.isCharDevice ? "a device" : "something else";
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false;
  }
}

/** The bytes of a regular file that was seen to be `size` long. */
export async function readBytes(
  path: string,
  { size }: { readonly size: number },
): Promise<Result<Uint8Array>> {
  try {
    using file = await Deno.open(path);
    // The byte that should not be there shows that the file has grown meanwhile.
    const buffer = new Uint8Array(size + 1);
    let length = 0;
    while (length < buffer.length) {
      const read = await file.read(buffer.subarray(length));
      if (read === null) return success(buffer.subarray(0, length));
      length += read;
    }
    return failure("it grew while it was read");
  } catch (err) {
    return failure(messageOf(err));
  }
}
