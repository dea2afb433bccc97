/** The images that pods use or will need, by the names that they or the runtime give. */
import { withEphemeral } from "../../core/k8s.ts";
import type { Desired } from "../desired.ts";
import type { PodRecord } from "../pod_record.ts";

/** Null: not all that is wanted is known, or not all that is there was looked at. */
export function neededImages(
  { desired, records }: {
    readonly desired: Desired;
    readonly records: readonly Pick<PodRecord, "desired" | "seen" | "lookedAt">[];
  },
): readonly string[] | null {
  if (!desired.complete || records.some(({ lookedAt }) => lookedAt === null)) return null;
  const pods = [...desired.pods.values(), ...records.flatMap((each) => each.desired ?? [])];
  return [
    ...pods.flatMap(({ spec }) => withEphemeral(spec).flatMap(({ image }) => image ?? [])),
    ...records.flatMap(({ seen: { containers } }) =>
      containers.flatMap(({ image, imageRef, imageId }) => [image, imageRef, imageId])
    ),
  ];
}
