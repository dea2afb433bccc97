/** The files of a folder of logs, of which none that lies outside is ever read: a pod may be able to make symlinks in it. */
import { Failed } from "../../ports/errors.ts";
import type { LogEntry, SystemLog, SystemLogs } from "../../ports/system_logs.ts";
import { guarded } from "./guarded.ts";
import { isInside, withOpenInside } from "./open_inside.ts";
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
    if (info.isDirectory) return { kind: "Directory", entries: await entriesOf(real), modified };
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

async function entriesOf(directory: string): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    entries.push({ name, isDirectory });
  }
  return entries.sort((a, b) => a.name < b.name ? -1 : 1);
}

const blockBytes = 64 * 1_024;

/** Opened anew for each block, by the checked way: nobody who reads slowly holds a file open. */
async function* blocks(
  at: { readonly base: string; readonly path: string },
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
