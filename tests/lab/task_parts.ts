/** Parts of the machine for tests that have a task of their own: `deno task test`, and what installs for it, does without them. */
import { demand, type Part, program, requireRoot } from "./parts.ts";

/** What the second make of broker is built with, and runs on. */
const HIVEMQ_PARTS: readonly Part[] = [
  program("javac", "default-jdk-headless"),
  program("mvn", "maven"),
];

/** What the emulated board is built with and runs on. */
const BOARD_PARTS: readonly Part[] = [
  program("qemu-system-aarch64", "qemu-system-arm"),
  program("qemu-img", "qemu-utils"),
  { files: ["/usr/lib/binfmt.d/qemu-aarch64.conf"], debianPackage: "qemu-user-static" },
  program("mmdebstrap", "mmdebstrap"),
  program("arch-test", "arch-test"),
  program("mke2fs", "e2fsprogs"),
  program("cpio", "cpio"),
  program("modprobe", "kmod"),
  program("ssh", "openssh-client"),
];

/** Throws `MissingParts` unless the caller is root and everything of an emulated board is there. */
export async function requireBoardParts(): Promise<void> {
  requireRoot("building a board's disk");
  await demand(BOARD_PARTS);
}

/** Throws `MissingParts` unless there is a Java to build and run HiveMQ with. */
export async function requireHiveMqParts(): Promise<void> {
  await demand(HIVEMQ_PARTS);
}
