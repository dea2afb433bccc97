/** The files of a folder of logs, of which none that lies outside is ever read or listed: a pod may be able to make symlinks in it. */
import { Failed } from "../../ports/errors.ts";
import type { SystemLog, SystemLogs } from "../../ports/system_logs.ts";
import { guarded } from "./guarded.ts";
import { listInside } from "./list_inside.ts";
import { type Inside, isInside, withOpenInside } from "./open_inside.ts";
import { kindOfOpen, readBlock } from "./kernel_files.ts";
import { orNull } from "./or_null.ts";

export function systemLogs({ folder }: { readonly folder: string }): SystemLogs {
  async function at(path: string): Promise<SystemLog | null> {
    const base = await orNull(Deno.realPath(folder));
    const real = await orNull(Deno.realPath(`${folder}/${path}`));
    if (base === null || real === null || !isInside({ base, path: real })) return null;
    const info = await orNull(Deno.lstat(real));
    if (info === null) return null;
    const modified = info.mtime?.getTime() ?? 0;
    if (info.isDirectory) {
      const entries = await listInside({ base, path: real });
      return { kind: "Directory", entries, modified };
    }
    if (!info.isFile) throw new Failed(`${real} is no file`);
    return {
      kind: "File",
      size: info.size,
      modified,
      read: (range) => blocks({ base, path: real }, range),
    };
  }

  return { at: (path) => guarded(`read ${folder}/${path}`, () => at(path)) };
}

const blockBytes = 64 * 1_024;

/** Opened anew for each block, by the checked way: nobody who reads slowly holds a file open. */
async function* blocks(
  at: Inside,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<Uint8Array> {
  for (let position = start; position < end;) {
    const length = Math.min(blockBytes, end - position);
    const block = await withOpenInside(at, (fd) => {
      if (kindOfOpen(fd, at.path) !== "file") throw new Failed(`${at.path} is no file`);
      return readBlock(`/proc/self/fd/${fd}`, { position, length });
    });
    if (block.length === 0) return;
    position += block.length;
    yield block;
  }
}
