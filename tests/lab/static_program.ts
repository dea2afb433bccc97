/** Tells a program that runs on its own from one that needs a dynamic linker. */

/** Kind of the program header that names the linker. @see elf(5) */
const PT_INTERP = 3;

/** Whether a 64-bit little-endian ELF file asks for no dynamic linker; anything else is no such program. */
export function isStaticProgram(data: Uint8Array): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 64 || view.getUint32(0) !== 0x7f454c46) return false;
  const offset = Number(view.getBigUint64(32, true));
  const [size, count] = [view.getUint16(54, true), view.getUint16(56, true)];
  const kinds = Array.from({ length: count }, (_, i) => view.getUint32(offset + i * size, true));
  return !kinds.includes(PT_INTERP);
}
