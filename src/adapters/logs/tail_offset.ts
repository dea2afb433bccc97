/** Finds where the last lines of an open log file begin, in bounded memory. */
import { startTail, stepTail } from "../../core/log/tail.ts";

const blockBytes = 64 * 1_024;

/** The offset of the last `lines` lines; 0 for all, the file's size for none. */
export async function tailOffset(file: Deno.FsFile, lines: number | undefined): Promise<number> {
  if (lines === undefined) return 0;
  const { size } = await file.stat();
  if (lines === 0 || size === 0) return size;
  let state = startTail(lines);
  for (let end = size;;) {
    const offset = Math.max(0, end - blockBytes);
    const bytes = await readAt(file, { offset, length: end - offset });
    const step = stepTail(state, { offset, bytes });
    if (step.kind === "Found") return step.offset;
    state = step.state;
    end = offset;
  }
}

async function readAt(
  file: Deno.FsFile,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await file.seek(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
