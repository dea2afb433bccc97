/** Cuts the newest statuses of all objects into parts that fit into messages. */
import { packBody } from "./body.ts";
import { type ObjectState, stateBody, type StatePart } from "./messages.ts";

/** The packed bodies, in order; one at least. An object that is too large by itself has a part of its own. */
export function packState(
  objects: readonly ObjectState[],
  about: Pick<StatePart, "first" | "upTo"> & { readonly maxBytes: number },
): readonly Uint8Array[] {
  const groups = fitting(objects, about);
  return groups.map((group) => packPart(group, { ...about, parts: groups.length }));
}

function fitting(
  objects: readonly ObjectState[],
  about: Pick<StatePart, "first" | "upTo"> & { readonly maxBytes: number },
): readonly (readonly ObjectState[])[] {
  const isSmall = packPart(objects, { ...about, parts: 1 }).length <= about.maxBytes;
  if (isSmall || objects.length < 2) return [objects];
  const half = Math.ceil(objects.length / 2);
  return [objects.slice(0, half), objects.slice(half)].flatMap((each) => fitting(each, about));
}

function packPart(
  objects: readonly ObjectState[],
  { first, upTo, parts }: Pick<StatePart, "first" | "upTo" | "parts">,
): Uint8Array {
  return packBody(stateBody({ objects, first, upTo, parts }));
}
