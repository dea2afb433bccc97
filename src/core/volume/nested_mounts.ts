/** Where in a volume other volumes of the pod are mounted: the places must be there, for a volume that is only read can take no new ones. */
import { cleanPath } from "../clean_path.ts";
import { allContainers, type Container, type PodSpec } from "../k8s.ts";

/** Paths in the volume; of places one below the other only the upper ones. */
export function nestedMounts(
  spec: Pick<PodSpec, "containers" | "initContainers">,
  volume: string,
): readonly string[] {
  return [...new Set(allContainers(spec).flatMap((each) => nestedIn(each, volume)))];
}

function nestedIn({ volumeMounts = [] }: Container, volume: string): readonly string[] {
  const places = volumeMounts.map(({ mountPath }) => cleanPath(mountPath))
    .toSorted();
  const own = volumeMounts.filter(({ name }) => name === volume)
    .map(({ mountPath }) => `${cleanPath(mountPath)}/`);
  return own.flatMap((top) => {
    const below = places.filter((place) => place.startsWith(top));
    return below.filter((place) => !below.some((other) => place.startsWith(`${other}/`)))
      .map((place) => place.slice(top.length));
  });
}
