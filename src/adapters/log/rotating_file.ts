/** A file of lines that stays below a size: when it is full it becomes `PATH.1`, and the one of that name goes. */
import { dirname } from "node:path/posix";
import { codeOf } from "../linux/errno.ts";

export interface RotatingFileOptions {
  readonly path: string;
  /** Of each of the two files. */
  readonly maxBytes: number;
}

/** Writes one line with its end at a time; root alone may read it. Throws what the system says. Nothing is made before the first line. */
export function rotatingFile({ path, maxBytes }: RotatingFileOptions): (line: string) => void {
  return (line) => {
    const size = sizeOf(path);
    if (size === null) Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    else if (size > 0 && size + byteLength(line) > maxBytes) Deno.renameSync(path, `${path}.1`);
    Deno.writeTextFileSync(path, line, { append: true, mode: 0o600 });
  };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Null where there is no file. */
function sizeOf(path: string): number | null {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}
