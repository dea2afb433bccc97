/** Reads image archives: tells how a file is compressed and unpacks it as a stream, which ctr before 2.0 does not. */
import { Duplex } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { Invalid, messageOf } from "../../ports/errors.ts";

export type Compression = "none" | "gzip" | "zstd";

/** How files begin, in hex. */
const magics: readonly (readonly [start: string, compression: string])[] = [
  ["1f8b", "gzip"],
  ["28b52ffd", "zstd"],
  ["fd377a585a00", "xz"],
  ["425a68", "bzip2"],
  ["04224d18", "lz4"],
];

const magicBytes = 6;

/** Reads the file's first bytes. Throws Invalid that names the path: no file, or packed in a way that is not known. */
export async function compressionOf(path: string): Promise<Compression> {
  const start = (await firstBytes(path)).toHex();
  const compression = magics.find(([magic]) => start.startsWith(magic))?.[1] ?? "none";
  if (compression === "none" || compression === "gzip" || compression === "zstd") {
    return compression;
  }
  throw new Invalid(`${path}: ${compression} is not supported, only plain, gzip and zstd archives`);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(magicBytes);
    return bytes.subarray(0, await file.read(bytes) ?? 0);
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    const why = missing ? "no such file or directory" : messageOf(error);
    throw new Invalid(`${path}: ${why}`, { cause: error });
  }
}

/** The unpacked content; the file is closed when the stream ends, fails or is cancelled. */
export async function unpack(
  path: string,
  compression: Exclude<Compression, "none">,
): Promise<ReadableStream<Uint8Array>> {
  const file = await Deno.open(path);
  const unpacker = compression === "gzip" ? createGunzip() : createZstdDecompress();
  return file.readable.pipeThrough(
    Duplex.toWeb(unpacker) as unknown as ReadableWritablePair<Uint8Array, Uint8Array>,
  );
}
