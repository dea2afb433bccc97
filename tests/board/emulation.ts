/** Has this machine's kernel run arm64 programs, which building the board's disk takes. */
import { run } from "../lab/run.ts";

const BINFMT = "/proc/sys/fs/binfmt_misc";
/** Debian's line for the kernel: how such a program is told, and which emulator runs it. */
const LINE = "/usr/lib/binfmt.d/qemu-aarch64.conf";

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Registers qemu's user emulation unless that is done already, or this is an arm64 machine. Stays until the next reboot. */
export async function emulateArm64(): Promise<void> {
  if (Deno.build.arch === "aarch64" || await exists(`${BINFMT}/qemu-aarch64`)) return;
  if (!(await exists(`${BINFMT}/register`))) {
    await run(["mount", "-t", "binfmt_misc", "binfmt_misc", BINFMT]);
  }
  if (!(await exists(`${BINFMT}/qemu-aarch64`))) {
    await Deno.writeTextFile(`${BINFMT}/register`, (await Deno.readTextFile(LINE)).trim());
  }
}
