/** Watches the sizes of MQTT packets in a stream of bytes, before anybody collects what they announce. */

export interface PacketSizes {
  /** The size that a packet announces and that is too large; null while there is none. Of bytes in their order. */
  tooLarge(chunk: Uint8Array): number | null;
}

/** A packet is a byte of its kind, one to four bytes of its length, and as many bytes as these say. */
export function packetSizes({ max }: { readonly max: number }): PacketSizes {
  /** Bytes of a packet's body that are still to come. */
  let left = 0;
  /** Bytes of its header that have come; the first is its kind. */
  let header = 0;
  let length = 0;

  function headerByte(byte: number): void {
    if (header > 0) length += (byte & 0x7f) * 128 ** (header - 1);
    header += 1;
    if (header === 1 || (byte & 0x80 && header < 5)) return;
    left = length;
    header = length = 0;
  }

  return {
    tooLarge(chunk) {
      for (let at = 0; at < chunk.length;) {
        const body = Math.min(left, chunk.length - at);
        left -= body;
        at += body;
        if (at < chunk.length) headerByte(chunk[at++]!);
        if (left > max) return left;
      }
      return null;
    },
  };
}
