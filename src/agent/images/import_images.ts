/** Imports the folder of image archives at start, for nodes that reach no registry. */
import { second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import { Unavailable } from "../../ports/errors.ts";
import type { ArchiveFile, ImageFolder, ImportedArchive } from "../../ports/image_folder.ts";
import type { Images } from "../../ports/images.ts";
import type { Log } from "../../ports/log.ts";
import { waited } from "../../ports/waited.ts";

export interface ImportImagesDeps {
  readonly folder: ImageFolder;
  readonly images: Pick<Images, "importArchive" | "status">;
  readonly clock: Clock;
  readonly log: Log;
}

/** A runtime that is away, as at boot, is asked again this often. */
const retryMs = 2 * second;

/**
 * Imports what has changed or whose images are gone. A bad archive costs one warning and disturbs nothing. Resolves when
 * all is done or the signal aborts; never throws.
 * @see https://docs.k3s.io/installation/airgap
 */
export async function importImageFolder(
  deps: ImportImagesDeps,
  signal: AbortSignal,
): Promise<void> {
  const { folder, log } = deps;
  try {
    const archives = await folder.archives();
    if (archives.length === 0) return;
    const before = await folder.imported();
    const after = await importAll(archives, { deps, before, signal });
    if (JSON.stringify(before) !== JSON.stringify(after)) await folder.remember(after);
  } catch (err) {
    if (!signal.aborted) log.warn("Could not import the image folder", { path: folder.path, err });
  }
}

async function importAll(
  archives: readonly ArchiveFile[],
  { deps, before, signal }: {
    readonly deps: ImportImagesDeps;
    readonly before: readonly ImportedArchive[];
    readonly signal: AbortSignal;
  },
): Promise<readonly ImportedArchive[]> {
  const done: ImportedArchive[] = [];
  for (const archive of archives) {
    try {
      const earlier = before.find((each) => isUnchanged(archive, each));
      done.push(
        await untilReachable(() => importUnlessThere({ archive, earlier }, deps), deps, signal),
      );
    } catch (err) {
      signal.throwIfAborted();
      deps.log.warn("Could not import an image archive", { path: archive.path, err });
    }
  }
  return done;
}

function isUnchanged(now: ArchiveFile, then: ArchiveFile): boolean {
  return now.path === then.path && now.sizeBytes === then.sizeBytes &&
    now.modifiedAt === then.modifiedAt;
}

async function importUnlessThere(
  { archive, earlier }: {
    readonly archive: ArchiveFile;
    readonly earlier: ImportedArchive | undefined;
  },
  { images, log }: ImportImagesDeps,
): Promise<ImportedArchive> {
  if (earlier !== undefined && await areThere(earlier.names, images)) return earlier;
  const names = await images.importArchive(archive.path);
  log.info("Imported an image archive", { path: archive.path, images: names });
  return { ...archive, names };
}

async function areThere(
  names: readonly string[],
  images: Pick<Images, "status">,
): Promise<boolean> {
  const found = await Promise.all(names.map((name) => images.status(name)));
  return found.every((image) => image !== null);
}

async function untilReachable<T>(
  work: () => Promise<T>,
  { clock, log }: ImportImagesDeps,
  signal: AbortSignal,
): Promise<T> {
  while (true) {
    try {
      return await work();
    } catch (err) {
      if (!(err instanceof Unavailable)) throw err;
      log.debug("Image import waits for the runtime", { err });
      if (!await waited(clock, retryMs, signal)) throw err;
    }
  }
}
