/** Tells when something may have happened in a folder: a hint, never the truth (events can get lost). */
import { basename } from "node:path";
import type { Log } from "../../ports/log.ts";
import { type FolderChange, watchFolder } from "../linux/inotify.ts";

/** What is watched; another `identity` is another folder under the same name. */
export interface WatchTarget {
  readonly folder: string;
  /** Device and inode. */
  readonly identity: string;
  /** Of interest is this file of the folder only. */
  readonly file?: string;
}

export interface FolderWatch {
  /** Sees to it that this is watched from now on; null to watch nothing. */
  keep(target: WatchTarget | null): Promise<void>;
  /** The names of files that changed since this was last asked. */
  takeChanged(): ReadonlySet<string>;
}

/** The kernel's watch on one folder. */
interface OpenWatch {
  readonly identity: string;
  /** False once it can have lost its folder. */
  isSound(): boolean;
  end(): Promise<void>;
}

export function createFolderWatch(
  { ring, log }: { readonly ring: () => void; readonly log: Log },
): FolderWatch {
  let open: OpenWatch | undefined;
  let changed = new Set<string>();
  let hasFailed = false;

  async function keep(target: WatchTarget | null): Promise<void> {
    if (open?.identity === target?.identity && open?.isSound()) return;
    await open?.end();
    open = target === null ? undefined : tryOpen(target);
  }

  function tryOpen(target: WatchTarget): OpenWatch | undefined {
    try {
      const opened = openWatch(target, { hear, log });
      hasFailed = false;
      return opened;
    } catch (err) {
      if (!hasFailed) {
        log.warn("Cannot watch the manifests, reading them now and then only", {
          path: target.folder,
          err,
        });
      }
      hasFailed = true;
      return undefined;
    }
  }

  function hear(names: readonly string[]): void {
    names.forEach((name) => changed.add(name));
    ring();
  }

  function takeChanged(): ReadonlySet<string> {
    const taken = changed;
    changed = new Set();
    return taken;
  }

  return { keep, takeChanged };
}

function openWatch(
  { folder, identity, file }: WatchTarget,
  { hear, log }: {
    /** Is told the names of the files that events are about. */
    readonly hear: (names: readonly string[]) => void;
    readonly log: Log;
  },
): OpenWatch {
  const changes = watchFolder(folder);
  let sound = true;

  async function read(): Promise<void> {
    try {
      for await (const change of changes) take(change);
    } catch (err) {
      log.debug("Watch on the manifests broke", { path: folder, err });
    }
    sound = false;
  }

  function take({ names, unsure }: FolderChange): void {
    if (unsure) sound = false;
    const wanted = names.filter((name) => file === undefined || name === basename(file));
    if (wanted.length > 0 || unsure) hear(wanted);
  }

  const reading = read();

  async function end(): Promise<void> {
    changes.close();
    await reading;
  }

  return { identity, isSound: () => sound, end };
}
