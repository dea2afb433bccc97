/** The images that a Node names: the scheduler prefers nodes that have them already. */
import type { V1ContainerImage } from "@kubernetes/client-node";
import type { Image } from "../cri/types.ts";
import type { Wire } from "../k8s.ts";

/** An image may be known under many names; so many are told. */
const maxNames = 5;

/** The largest ones; `max` below 0 means all. */
export function nodeImages(
  images: readonly Image[],
  { max }: { readonly max: number },
): readonly Wire<V1ContainerImage>[] {
  const sorted = images.toSorted((a, b) =>
    b.sizeBytes - a.sizeBytes || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
  );
  return sorted.slice(0, max < 0 ? undefined : max).map(({ digests, tags, sizeBytes }) => {
    const names = [...digests, ...tags].slice(0, maxNames);
    // The API server leaves an empty list out: said again and again, it would look like news.
    return { ...(names.length > 0 && { names }), sizeBytes };
  });
}
