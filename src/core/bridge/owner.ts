/** Which of several bridges does for a node what only one of them may. */
import { createHash } from "node:crypto";

/**
 * The one that makes the greatest hash with the node's name: all that know the same members choose the same one, and when a member
 * comes or goes only its own nodes change hands. Null for no members.
 * @see https://en.wikipedia.org/wiki/Rendezvous_hashing
 */
export function ownerOf(node: string, members: readonly string[]): string | null {
  const weighed = members.map((member) => ({ member, weight: weight(node, member) }));
  return weighed.toSorted((a, b) => compare(b, a))[0]?.member ?? null;
}

interface Weighed {
  readonly member: string;
  readonly weight: string;
}

function weight(node: string, member: string): string {
  return createHash("sha256").update(`${node}\0${member}`).digest("hex");
}

function compare(one: Weighed, other: Weighed): number {
  if (one.weight === other.weight) return 0;
  return one.weight < other.weight ? -1 : 1;
}
