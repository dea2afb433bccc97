/** What an architecture is called by those who name files after it. */
import type { Arch } from "../denort.ts";

/** The names of one architecture. */
export interface ArchNames {
  /** Debian's, Go's and Kubernetes' name, which a release is called by. */
  readonly release: string;
  /** The package of the npm scope `@deno` that has the runtime. */
  readonly runtime: string;
}

export const ARCH_NAMES: Readonly<Record<Arch, ArchNames>> = {
  x86_64: { release: "amd64", runtime: "linux-x64-glibc" },
  aarch64: { release: "arm64", runtime: "linux-arm64-glibc" },
};
