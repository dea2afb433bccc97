/**
 * Tells what changes in a folder. Deno's own watcher opens each file that it tells of: a pipe that somebody puts into the folder
 * stops it for good, and with it whoever opens the next one.
 * @see inotify(7)
 */
import { checked, cString, libc } from "./libc.ts";

/** What happened since the last one. */
export interface FolderChange {
  /** Names of files of the folder that were written to, made, moved, deleted, or given other permissions. */
  readonly names: readonly string[];
  /** Events were lost, or the folder itself was moved or deleted: its files must be looked at. */
  readonly unsure: boolean;
}

/** Gives what happens until it is closed or the folder is gone. */
export interface FolderChanges extends AsyncIterable<FolderChange> {
  /** Idempotent; the iteration ends a moment later. */
  close(): void;
}

const IN_CLOEXEC = 0o2000000;

const mask = {
  modify: 0x2,
  attrib: 0x4,
  closeWrite: 0x8,
  movedFrom: 0x40,
  movedTo: 0x80,
  create: 0x100,
  delete: 0x200,
  deleteSelf: 0x400,
  moveSelf: 0x800,
  overflow: 0x4000,
  /** The watch has ended. */
  ignored: 0x8000,
  onlyFolders: 0x1000000,
} as const;

const watched = mask.modify | mask.attrib | mask.closeWrite | mask.movedFrom | mask.movedTo |
  mask.create | mask.delete | mask.deleteSelf | mask.moveSelf | mask.onlyFolders;
const unsureOf = mask.deleteSelf | mask.moveSelf | mask.overflow;

/** Room for some 15 events with the longest names. */
const bufferBytes = 4_096;

/** Begins to listen before it returns. Throws SystemError where the path is no folder or the kernel takes no more watches. */
export function watchFolder(path: string): FolderChanges {
  const fd = checked(libc().inotify_init1(IN_CLOEXEC), { call: "inotify_init", path });
  const watch = libc().inotify_add_watch(fd, cString(path), watched);
  try {
    checked(watch, { call: "watch", path });
  } catch (error) {
    libc().close(fd);
    throw error;
  }
  let open = true;
  const end = (): void => {
    open = false;
    libc().close(fd);
  };
  return {
    // The kernel answers with a last event, which wakes the reader.
    close: () => void (open && libc().inotify_rm_watch(fd, watch)),
    [Symbol.asyncIterator]: () => changes(fd, end),
  };
}

async function* changes(fd: number, end: () => void): AsyncGenerator<FolderChange> {
  const buffer = new Uint8Array(bufferBytes);
  try {
    while (true) {
      const length = Number(await libc().readWhenReady(fd, buffer, BigInt(buffer.length)));
      if (length <= 0) return;
      const events = parseEvents(buffer.subarray(0, length));
      const names = events.flatMap(({ name }) => name === "" ? [] : [name]);
      const unsure = events.some(({ bits }) => (bits & unsureOf) !== 0);
      if (names.length > 0 || unsure) yield { names, unsure };
      if (events.some(({ bits }) => (bits & mask.ignored) !== 0)) return;
    }
  } finally {
    end();
  }
}

interface Event {
  readonly bits: number;
  /** "" when it is about the folder itself. */
  readonly name: string;
}

/** `struct inotify_event`: watch, mask, cookie, length of the name, the name filled up with zeros. */
function parseEvents(bytes: Uint8Array): readonly Event[] {
  const headBytes = 16;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: Event[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + headBytes + view.getUint32(at + 12, true);
    const name = new TextDecoder().decode(bytes.subarray(at + headBytes, end));
    events.push({ bits: view.getUint32(at + 4, true), name: name.replace(/\0+$/, "") });
    at = end;
  }
  return events;
}
