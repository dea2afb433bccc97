/**
 * Removes images that no pod needs, when their file system is short of room or they are old. While something that pods come from, or an
 * image's registry, cannot be reached nothing goes: it could not be pulled again.
 */
import type { Image } from "../../core/cri/types.ts";
import { minute } from "../../core/instant.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import {
  agedImages,
  bytesToFree,
  type ImageGcPolicy,
  type ImageHistories,
  imagesForRoom,
  lookAtImages,
  type UnusedImage,
  unusedImages,
} from "../../core/node/image_gc.ts";
import { imagesNamed, isPauseImage } from "../../core/registry/wanted_images.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf } from "../../ports/errors.ts";
import type { Images } from "../../ports/images.ts";
import type { Log } from "../../ports/log.ts";
import type { Machine } from "../../ports/machine.ts";
import type { NodeEvents } from "../node/node_events.ts";

export interface ImageGcDeps {
  readonly images: Images;
  readonly machine: Pick<Machine, "fileSystem">;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: ImageGcPolicy;
  readonly metrics: Pick<AgentMetrics, "pods">;
  readonly events: Pick<NodeEvents, "imagesNotFreed" | "imageGcFailed">;
  /** Images that pods use or want, by whatever name; null: not all of that is known. */
  readonly needed: () => Iterable<string> | null;
  /** Images that came from archives: no registry may have them. */
  readonly imported: () => Promise<readonly string[]>;
  /** Whether the image's registry was out of reach when it was asked last. */
  readonly isOutOfReach: (image: Image) => boolean;
}

/** How often the kubelet does. */
export const imageGcMs = 5 * minute;

/** Gives what is to be done once in a while. */
export function createImageGc(deps: ImageGcDeps): () => Promise<void> {
  const { images, clock, policy } = deps;
  let histories: ImageHistories = new Map();
  let failures = 0;

  async function collect(): Promise<void> {
    const needed = deps.needed();
    if (needed === null) return;
    const isNeeded = imagesNamed([...needed, ...await deps.imported()]);
    const at = clock.monotonic();
    const isUsed = (image: Image): boolean =>
      image.pinned || isPauseImage(image) || isNeeded(image);
    const all = await images.list();
    histories = lookAtImages(histories, { images: all, isUsed, at });
    const unused = unusedImages(histories, { images: all, at });
    const removable = unused.filter(({ image }) => !deps.isOutOfReach(image));
    const aged = await removed(agedImages(removable, { ...policy, at }), "age");
    await makeRoom(removable.filter(({ image }) => !aged.includes(image)), at);
  }

  async function makeRoom(unused: readonly UnusedImage[], at: number): Promise<void> {
    const { mountpoint } = await images.fileSystem();
    const use = await deps.machine.fileSystem(mountpoint);
    if (use.capacityBytes === 0) throw new Error("invalid capacity 0 on image filesystem");
    const bytes = bytesToFree(use, policy);
    if (bytes <= 0) return;
    deps.log.info("Images take up too much room", { toFreeBytes: bytes, mountpoint });
    const gone = await removed(imagesForRoom(unused, { ...policy, bytes, at }), "space");
    const freed = gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (freed < bytes) throw notFreed({ bytes, freed });
  }

  function notFreed({ bytes, freed }: { readonly bytes: number; readonly freed: number }): Error {
    const message = "Failed to garbage collect required amount of images. Attempted to free " +
      `${bytes} bytes, but only found ${freed} bytes eligible to free.`;
    deps.events.imagesNotFreed(message);
    return new Error(message);
  }

  /** Gives those that went. */
  async function removed(
    chosen: readonly Image[],
    reason: "age" | "space",
  ): Promise<readonly Image[]> {
    const gone: Image[] = [];
    for (const image of chosen) {
      try {
        await images.remove(image.id);
        deps.log.info("Removed an image", { image: nameOf(image), reason, bytes: image.sizeBytes });
        deps.metrics.pods.imagesCollected.inc({ reason });
        gone.push(image);
      } catch (err) {
        deps.log.warn("Could not remove an image", { image: nameOf(image), err });
      }
    }
    return gone;
  }

  return async () => {
    try {
      await collect();
      failures = 0;
    } catch (err) {
      failures += 1;
      deps.log.warn("Could not collect images", { err, times: failures });
      if (failures > 1) deps.events.imageGcFailed(messageOf(err));
    }
  };
}

function nameOf({ id, tags: [tag], digests: [digest] }: Image): string {
  return tag ?? digest ?? id;
}
