/**
 * The pull policy that an image reference implies.
 * @see https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting
 */

/** `Always` for the tag `latest`, given or implied; `IfNotPresent` for any other tag and for digests. */
export function impliedPullPolicy(image: string): "Always" | "IfNotPresent" {
  const [reference = "", digest] = image.split("@", 2);
  const tag = /:([^:/]+)$/.exec(reference)?.[1];
  if (tag === undefined) return digest === undefined ? "Always" : "IfNotPresent";
  return tag === "latest" ? "Always" : "IfNotPresent";
}
