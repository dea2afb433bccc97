/** Images as CRI tells of them, in the agent's words. */
import type { Image, ImageFileSystem } from "../../core/cri/types.ts";
import { Failed } from "../../ports/errors.ts";
import type { FilesystemUsage } from "./gen/runtime/v1/common.ts";
import type { Image as WireImage } from "./gen/runtime/v1/image.ts";

export function imageOf(image: WireImage): Image {
  return {
    id: image.id,
    tags: image.repoTags,
    digests: image.repoDigests,
    sizeBytes: Number(image.size),
    username: image.username,
    pinned: image.pinned,
    ...(image.uid && { uid: Number(image.uid.value) }),
  };
}

/** Of several file systems the kubelet takes the first as well. Throws Failed where there is none. */
export function fileSystemOf(usage: FilesystemUsage | undefined): ImageFileSystem {
  const mountpoint = usage?.fsId?.mountpoint ?? "";
  if (mountpoint === "") throw new Failed("imageFs information is unavailable");
  return {
    mountpoint,
    usedBytes: Number(usage?.usedBytes?.value ?? 0),
    inodesUsed: Number(usage?.inodesUsed?.value ?? 0),
  };
}
