/** A small writer of POSIX ustar archives: files, folders and links, the same bytes for the same input. */

/** One entry of an archive. Modes are octal numbers; times are the epoch, so archives are reproducible. */
export type TarEntry =
  | {
    readonly kind: "file";
    readonly path: string;
    readonly data: Uint8Array<ArrayBuffer>;
    readonly mode?: number;
    readonly uid?: number;
  }
  | { readonly kind: "dir"; readonly path: string; readonly mode?: number; readonly uid?: number }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string };

const BLOCK = 512;
const TYPE_FLAGS = { file: "0", symlink: "2", dir: "5" } as const;
const DEFAULT_MODES = { file: 0o644, symlink: 0o777, dir: 0o755 } as const;

function putText(header: Uint8Array, field: { offset: number; size: number; text: string }): void {
  const bytes = new TextEncoder().encode(field.text);
  if (bytes.length > field.size) {
    throw new RangeError(`tar: ${JSON.stringify(field.text)} is longer than ${field.size} bytes`);
  }
  header.set(bytes, field.offset);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function header(entry: TarEntry): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const mode = (entry.kind === "symlink" ? undefined : entry.mode) ?? DEFAULT_MODES[entry.kind];
  const owner = (entry.kind === "symlink" ? undefined : entry.uid) ?? 0;
  const size = entry.kind === "file" ? entry.data.length : 0;
  putText(block, { offset: 0, size: 100, text: entry.path });
  putText(block, { offset: 100, size: 8, text: octal(mode, 7) });
  putText(block, { offset: 108, size: 8, text: octal(owner, 7) });
  putText(block, { offset: 116, size: 8, text: octal(owner, 7) });
  putText(block, { offset: 124, size: 12, text: octal(size, 11) });
  putText(block, { offset: 136, size: 12, text: octal(0, 11) });
  putText(block, { offset: 148, size: 8, text: "        " });
  putText(block, { offset: 156, size: 1, text: TYPE_FLAGS[entry.kind] });
  if (entry.kind === "symlink") putText(block, { offset: 157, size: 100, text: entry.target });
  putText(block, { offset: 257, size: 8, text: "ustar\u000000" });
  const sum = block.reduce((total, byte) => total + byte, 0);
  putText(block, { offset: 148, size: 8, text: `${octal(sum, 6)}\0 ` });
  return block;
}

/** The archive of `entries`, in their order. Throws RangeError for a path or link longer than 100 bytes. */
export function tar(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  for (const entry of entries) {
    blocks.push(header(entry));
    if (entry.kind !== "file") continue;
    blocks.push(entry.data);
    const rest = entry.data.length % BLOCK;
    if (rest > 0) blocks.push(new Uint8Array(BLOCK - rest));
  }
  blocks.push(new Uint8Array(2 * BLOCK));
  const archive = new Uint8Array(blocks.reduce((total, block) => total + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    archive.set(block, at);
    at += block.length;
  }
  return archive;
}
