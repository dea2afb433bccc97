/** Which of the runtime's images are meant by the names that pods give. */
import type { Image } from "../cri/types.ts";
import { parseImageReference } from "./image_reference.ts";

/** `names` are image references, digests or IDs; gives whether one of them means the image. */
export function imagesNamed(names: Iterable<string>): (image: Image) => boolean {
  const wanted = new Set([...names].map(completeName));
  return ({ id, tags, digests }) =>
    [id, ...tags, ...digests].some((name) => wanted.has(completeName(name)));
}

/** `busybox` is `docker.io/library/busybox:latest`; what is no reference stays as it is. */
function completeName(name: string): string {
  const parsed = parseImageReference(name);
  if (!parsed.ok || name.startsWith("sha256:")) return name;
  const { registry, repository, tag = "latest", digest } = parsed.value;
  return `${registry}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/** The image that sandboxes are made of: not every runtime marks it as pinned, and without it nothing starts. */
export function isPauseImage({ tags, digests }: Image): boolean {
  return [...tags, ...digests].some((name) => /(^|\/)pause[:@]/.test(name));
}
