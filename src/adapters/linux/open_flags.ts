/** Flags of open(2). Some have other values on ARM than on x86, where theirs mean something else: O_DIRECT and O_LARGEFILE. */

/** What is asked for, by the names of open(2). */
export interface OpenFlags {
  readonly O_CLOEXEC: number;
  readonly O_DIRECTORY: number;
  readonly O_NOFOLLOW: number;
  readonly O_PATH: number;
}

const everywhere = { O_CLOEXEC: 0o2000000, O_PATH: 0o10000000 };

/** @see include/uapi/asm-generic/fcntl.h and arch/arm64/include/uapi/asm/fcntl.h of Linux */
export const openFlagsOf: Readonly<Record<typeof Deno.build.arch, OpenFlags>> = {
  x86_64: { ...everywhere, O_DIRECTORY: 0o200000, O_NOFOLLOW: 0o400000 },
  aarch64: { ...everywhere, O_DIRECTORY: 0o40000, O_NOFOLLOW: 0o100000 },
};

/** Those of this machine. */
export const openFlags: OpenFlags = openFlagsOf[Deno.build.arch];
