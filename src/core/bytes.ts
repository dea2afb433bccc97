/** Puts byte arrays together. */

/** One array with all the bytes; the array itself where there is only one with anything in it. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const [first, second] = pieces.filter((piece) => piece.length > 0);
  if (second === undefined) return first ?? new Uint8Array(0);
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
