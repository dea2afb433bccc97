/** The images port over CRI's ImageService. */
import type { RegistryAuth } from "../../core/cri/types.ts";
import { isOutOfReach } from "../../core/registry/out_of_reach.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import type { Images, PullRequest } from "../../ports/images.ts";
import type { Channel } from "./channel.ts";
import { pullError } from "./errors.ts";
import { ImageSpec } from "./gen/runtime/v1/common.ts";
import { AuthConfig } from "./gen/runtime/v1/image.ts";
import { fileSystemOf, imageOf } from "./image_from_wire.ts";
import { importArchive } from "./import_archive.ts";
import { imageMethods } from "./methods.ts";
import { createPullLease } from "./pull_lease.ts";
import { createPullProgress, type PullProgressWatch } from "./pull_progress.ts";

export interface CriImagesDeps {
  readonly channel: Channel;
  /** The socket of the containerd behind it, for imports. */
  readonly socket: string;
  readonly clock: Clock;
}

/** A pull that takes longer than this will never end; slower links are slower than any image is worth. */
const longestPullMs = 24 * 60 * 60 * 1000;

export function criImages({ channel, socket, clock }: CriImagesDeps): Images {
  const progress = createPullProgress({ channel, clock });
  const images: Images = {
    async status(image) {
      const request = { image: specOf(image), verbose: false };
      const { image: found } = await channel.unary(imageMethods.imageStatus, request);
      return found === undefined ? null : imageOf(found);
    },
    async list() {
      const { images } = await channel.unary(imageMethods.listImages, { filter: undefined });
      return images.map(imageOf);
    },
    async fileSystem() {
      const { imageFilesystems: [first] } = await channel.unary(imageMethods.imageFsInfo, {});
      return fileSystemOf(first);
    },
    pull: (request) => pull({ channel, progress, clock }, request),
    async remove(image) {
      await channel.unary(imageMethods.removeImage, { image: specOf(image) });
    },
    importArchive: (path) => importArchive(path, { socket, clock, images }),
  };
  return images;
}

async function pull(
  { channel, progress, clock }: {
    readonly channel: Channel;
    readonly progress: PullProgressWatch;
    readonly clock: Clock;
  },
  { image, auth, signal, onProgress }: PullRequest,
): Promise<string> {
  const request = {
    image: specOf(image),
    auth: auth && authToWire(auth),
    sandboxConfig: undefined,
  };
  const options = { timeoutMs: longestPullMs, ...(signal && { signal }) };
  const lease = createPullLease(image, { channel, clock });
  const stopWatching = progress.watch({ onProgress, onDownloads: lease.hold });
  try {
    const { imageRef } = await channel.unary(imageMethods.pullImage, request, options);
    await lease.release();
    return imageRef;
  } catch (error) {
    const thrown = pullError(error);
    if (!isInterruption(thrown, signal)) await lease.release();
    throw thrown;
  } finally {
    stopWatching();
  }
}

/** Whether the pull may go on where it stopped; else what there is of it may be what is wrong. */
function isInterruption(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true || error instanceof Unavailable || isOutOfReach(messageOf(error));
}

function specOf(image: string): ImageSpec {
  return ImageSpec.fromPartial({ image });
}

function authToWire(auth: RegistryAuth): AuthConfig {
  return AuthConfig.fromPartial(auth);
}
