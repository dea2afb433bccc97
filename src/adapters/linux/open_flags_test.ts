/** The flags of this machine do what their names say, and those of the other are the kernel's. */
import assert from "node:assert/strict";
import { codeOf } from "./errno.ts";
import { checked, cString, libc } from "./libc.ts";
import { openFlags, openFlagsOf } from "./open_flags.ts";

function open(path: string, flags: number): void {
  libc().close(checked(libc().open(cString(path), flags, 0), { call: "open", path }));
}

function refusedWith(path: string, flags: number): string | undefined {
  try {
    open(path, flags);
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

Deno.test("ARM has other values than x86", () => {
  assert.deepEqual(openFlagsOf.aarch64, {
    O_CLOEXEC: 0x80000,
    O_DIRECTORY: 0x4000,
    O_NOFOLLOW: 0x8000,
    O_PATH: 0x200000,
  });
  assert.deepEqual(openFlagsOf.x86_64, {
    O_CLOEXEC: 0x80000,
    O_DIRECTORY: 0x10000,
    O_NOFOLLOW: 0x20000,
    O_PATH: 0x200000,
  });
});

Deno.test("this machine's flags refuse links and files", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/folder`);
    await Deno.writeTextFile(`${dir}/file`, "");
    await Deno.symlink("folder", `${dir}/link`);
    const { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW } = openFlags;
    assert.equal(refusedWith(`${dir}/folder`, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), undefined);
    assert.equal(refusedWith(`${dir}/link`, O_NOFOLLOW | O_CLOEXEC), "ELOOP");
    assert.equal(refusedWith(`${dir}/file`, O_DIRECTORY | O_CLOEXEC), "ENOTDIR");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
