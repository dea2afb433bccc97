/** Images as CRI tells of them, in the agent's words. */
import type { Image } from "../../core/cri/types.ts";
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
