/** Opens what lies in a volume without ever leaving it, though a container may change the volume's symlinks meanwhile. */
import { Failed } from "../../ports/errors.ts";
import { kindOfOpen } from "./kernel_files.ts";
import { checked, cString, libc } from "./libc.ts";
import { openFlags } from "./open_flags.ts";

const { O_CLOEXEC, O_NOFOLLOW, O_PATH } = openFlags;

export interface Inside {
  /** Absolute, and free of symlinks. */
  readonly base: string;
  /** Absolute, free of symlinks when it was looked up, and at or below `base`. */
  readonly path: string;
}

/** Whether a path is the base or below it. */
export function isInside({ base, path }: Inside): boolean {
  return path === base || path.startsWith(`${base.replace(/\/$/, "")}/`);
}

/**
 * Does something with a descriptor of `path`, which is reached name by name from the base on: a name that has become a symlink
 * is refused. Throws Failed and SystemError.
 */
export async function withOpenInside<T>(
  at: Inside,
  work: (fd: number) => T | Promise<T>,
): Promise<T> {
  if (!isInside(at)) throw new Failed(`${at.path} is not within ${at.base}`);
  let fd = opened(libc().open(cString(at.base), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0), at.base);
  try {
    for (const name of at.path.slice(at.base.length).split("/").filter((part) => part !== "")) {
      const next = opened(
        libc().openat(fd, cString(name), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0),
        at.path,
      );
      libc().close(fd);
      fd = next;
      if (kindOfOpen(fd, at.path) === "symlink") {
        throw new Failed(`${at.path}: ${name} has become a symlink`);
      }
    }
    return await work(fd);
  } finally {
    libc().close(fd);
  }
}

function opened(fd: number, path: string): number {
  return checked(fd, { call: "open", path });
}
