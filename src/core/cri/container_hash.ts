/** The hash by which a running container is told from one whose definition has changed since. */
import type { Container } from "../k8s.ts";

/**
 * The kubelet's own hash, as hexadecimal digits: of name and image only, for nothing else of a container may change in a pod
 * that lives. It is taken over Go's debug print of the JSON's bytes, so that both programs agree on what they find running.
 */
export function containerHash({ name, image = "" }: Pick<Container, "name" | "image">): string {
  const json = new TextEncoder().encode(goJson({ image, name }));
  return fnv1a(new TextEncoder().encode(`([]uint8)[${json.join(" ")}]`)).toString(16);
}

/** JSON as Go writes it: these characters are escaped although JSON does not ask for it. */
function goJson(value: Readonly<Record<string, string>>): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** FNV-1a with 32 bits. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(data: Uint8Array): number {
  return data.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}
