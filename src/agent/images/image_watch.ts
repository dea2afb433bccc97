/** Asks the runtime again and again which images it has, for the Node's list of them. */
import type { Image } from "../../core/cri/types.ts";
import { second } from "../../core/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Images } from "../../ports/images.ts";
import type { Log } from "../../ports/log.ts";
import { waited } from "../../ports/waited.ts";
import { unlessAborted } from "../../ports/unless_aborted.ts";

/** What the runtime told last: while it does not answer, it has what it had. */
export interface ImageWatch {
  /** Null before its first answer. */
  list(): readonly Image[] | null;
  /** A directory on the file system that images lie on; null before its first answer. */
  mountpoint(): string | null;
  /** Asks once. */
  look(signal: AbortSignal): Promise<void>;
  /** Asks every 30 s, as the kubelet does, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface ImageWatchDeps {
  readonly images: Images;
  readonly clock: Clock;
  readonly log: Log;
}

const intervalMs = 30 * second;

export function createImageWatch({ images, clock, log }: ImageWatchDeps): ImageWatch {
  let list: readonly Image[] | null = null;
  let mountpoint: string | null = null;

  async function ask(): Promise<void> {
    list = await images.list();
    mountpoint ??= (await images.fileSystem()).mountpoint;
  }

  async function look(signal: AbortSignal): Promise<void> {
    try {
      await unlessAborted(ask(), signal);
    } catch (err) {
      if (!signal.aborted) log.debug("Runtime did not tell its images", { err });
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (await waited(clock, intervalMs, signal)) await look(signal);
  }

  return { list: () => list, mountpoint: () => mountpoint, look, run };
}
