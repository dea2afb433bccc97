/** Lays values out as D-Bus marshals them. @see https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling */

/** Puts values at the offsets that their types ask for, little-endian. */
export class DbusWriter {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  align(to: number): void {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0);
  }

  byte(value: number): void {
    this.#bytes.push(value);
  }

  uint32(value: number): void {
    this.align(4);
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 0xff);
  }

  uint64(value: bigint): void {
    this.align(8);
    for (let shift = 0n; shift < 64n; shift += 8n) this.byte(Number((value >> shift) & 0xffn));
  }

  string(value: string): void {
    const text = new TextEncoder().encode(value);
    this.uint32(text.length);
    this.#bytes.push(...text, 0);
  }

  signature(value: string): void {
    const text = new TextEncoder().encode(value);
    this.#bytes.push(text.length, ...text, 0);
  }

  /** The length says what the elements take, without the padding in front of the first. */
  array(elementAlignment: number, elements: () => void): void {
    this.uint32(0);
    const lengthAt = this.#bytes.length - 4;
    this.align(elementAlignment);
    const start = this.#bytes.length;
    elements();
    const length = this.#bytes.length - start;
    for (let index = 0; index < 4; index++) {
      this.#bytes[lengthAt + index] = (length >>> (8 * index)) & 0xff;
    }
  }
}
