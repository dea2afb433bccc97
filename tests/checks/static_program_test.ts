/** Which programs need no library to be there. */
import assert from "node:assert/strict";
import { isStaticProgram } from "../lab/static_program.ts";

/** An ELF header and program headers of these kinds. */
function elf(...kinds: readonly number[]): Uint8Array {
  const data = new Uint8Array(64 + 56 * kinds.length);
  const view = new DataView(data.buffer);
  view.setUint32(0, 0x7f454c46);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, kinds.length, true);
  kinds.forEach((kind, index) => view.setUint32(64 + 56 * index, kind, true));
  return data;
}

for (
  const [name, data, expected] of [
    ["a program that names a linker", elf(6, 3, 1), false],
    ["a program that names none", elf(1, 1), true],
    ["a script", new TextEncoder().encode("#!/bin/sh\n".repeat(10)), false],
    ["an empty file", new Uint8Array(), false],
  ] as const
) {
  Deno.test(`static: ${name}`, () => assert.equal(isStaticProgram(data), expected));
}

Deno.test("static: the runtime of these tests is not", async () => {
  assert.equal(isStaticProgram(await Deno.readFile(Deno.execPath())), false);
});
