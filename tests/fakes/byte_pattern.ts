/** Bytes by which tests tell that what was carried is exact. */

/** Bytes that show it where one is lost or out of its order. */
export function pattern(length: number): Uint8Array {
  const words = new Uint32Array(length / 4);
  for (let at = 0; at < words.length; at++) words[at] = Math.imul(at, 2_654_435_761);
  return new Uint8Array(words.buffer);
}

export async function digest(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.slice())).toHex();
}
