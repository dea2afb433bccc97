/** A disk of a few megabytes, and how it is filled. */
import assert from "node:assert/strict";
import { run } from "./run.ts";

/** Lies over the folder until it is unmounted. */
export async function smallDisk(path: string): Promise<void> {
  await run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", path]);
}

/** Takes the last byte of the disk. */
export async function fillDisk(folder: string): Promise<void> {
  for (const size of [1 << 16, 1 << 12, 1]) {
    const piece = new Uint8Array(size);
    try {
      while (true) await Deno.writeFile(`${folder}/filler`, piece, { append: true });
    } catch (error) {
      assert.match(String(error), /No space left/);
    }
  }
}
