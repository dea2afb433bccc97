/**
 * Which images go to make room, and which for their age, as the kubelet's image manager decides.
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/#container-image-lifecycle
 */
import type { Image } from "../cri/types.ts";
import type { FileSystemUse } from "./machine.ts";

export interface ImageGcPolicy {
  /** Images go when so much of their file system is used; 100: never for want of room. */
  readonly highPercent: number;
  /** And until no more than this is used. */
  readonly lowPercent: number;
  /** One that is younger stays. */
  readonly minAgeMs: number;
  /** One that was not used for so long goes, however much room there is; 0: none does. */
  readonly maxAgeMs: number;
}

/** What an agent has seen of an image, in milliseconds of the clock that never goes backwards. */
export interface ImageHistory {
  readonly firstSeenAt: number;
  /** When a pod used or wanted it last; null: not since this agent looks. */
  readonly usedAt: number | null;
}

/** By the images' IDs. */
export type ImageHistories = ReadonlyMap<string, ImageHistory>;

export function lookAtImages(
  before: ImageHistories,
  { images, isUsed, at }: {
    readonly images: readonly Image[];
    readonly isUsed: (image: Image) => boolean;
    readonly at: number;
  },
): ImageHistories {
  return new Map(images.map((image) => {
    const { firstSeenAt, usedAt } = before.get(image.id) ?? { firstSeenAt: at, usedAt: null };
    return [image.id, { firstSeenAt, usedAt: isUsed(image) ? at : usedAt }];
  }));
}

/** What must come free; 0 while less than the policy's share is used. */
export function bytesToFree(
  { capacityBytes, availableBytes }: Pick<FileSystemUse, "capacityBytes" | "availableBytes">,
  { highPercent, lowPercent }: ImageGcPolicy,
): number {
  if (highPercent >= 100) return 0;
  const usedPercent = 100 - Math.floor(availableBytes * 100 / capacityBytes);
  if (usedPercent < highPercent) return 0;
  return Math.floor(capacityBytes * (100 - lowPercent) / 100) - availableBytes;
}

/** An image that nobody needs, and since when. */
export interface UnusedImage {
  readonly image: Image;
  readonly history: ImageHistory;
}

/** The longest unused first. */
export function unusedImages(
  histories: ImageHistories,
  { images, at }: { readonly images: readonly Image[]; readonly at: number },
): readonly UnusedImage[] {
  return images.flatMap((image) => {
    const history = histories.get(image.id);
    return history === undefined || history.usedAt === at ? [] : [{ image, history }];
  }).toSorted((one, other) =>
    (one.history.usedAt ?? -Infinity) - (other.history.usedAt ?? -Infinity) ||
    one.history.firstSeenAt - other.history.firstSeenAt
  );
}

/** Those that go for their age. */
export function agedImages(
  unused: readonly UnusedImage[],
  { maxAgeMs, at }: Pick<ImageGcPolicy, "maxAgeMs"> & { readonly at: number },
): readonly Image[] {
  if (maxAgeMs === 0) return [];
  return unused.filter(({ history: { firstSeenAt, usedAt } }) =>
    at - (usedAt ?? firstSeenAt) > maxAgeMs
  ).map(({ image }) => image);
}

/** Those that go to free so many bytes, as far as they do. */
export function imagesForRoom(
  unused: readonly UnusedImage[],
  { bytes, minAgeMs, at }: Pick<ImageGcPolicy, "minAgeMs"> & {
    readonly bytes: number;
    readonly at: number;
  },
): readonly Image[] {
  const chosen: Image[] = [];
  let freed = 0;
  for (const { image, history } of unused) {
    if (freed >= bytes) break;
    if (at - history.firstSeenAt < minAgeMs) continue;
    chosen.push(image);
    freed += image.sizeBytes;
  }
  return chosen;
}
