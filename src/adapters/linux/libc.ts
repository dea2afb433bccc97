/**
 * The C library's functions that Deno has no way of its own to: mounts, unix datagrams, signals, terminals, and the kernel's files (Deno's file
 * functions refuse /proc, /sys and /dev unless everything is allowed). All are quick and run in the foreground, but for
 * `readWhenReady`.
 */
import { SystemError } from "./errno.ts";

const symbols = {
  __errno_location: { parameters: [], result: "pointer" },
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  /** `read` in a thread of its own, for what may be long in coming. Its error number is lost. */
  readWhenReady: {
    name: "read",
    parameters: ["i32", "buffer", "usize"],
    result: "isize",
    nonblocking: true,
  },
  pread: {
    name: "pread64",
    parameters: ["i32", "buffer", "usize", "i64"],
    result: "isize",
  },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  lchown: { parameters: ["buffer", "u32", "u32"], result: "i32" },
  mkdir: { parameters: ["buffer", "u32"], result: "i32" },
  rmdir: { parameters: ["buffer"], result: "i32" },
  opendir: { parameters: ["buffer"], result: "pointer" },
  readdir: { parameters: ["pointer"], result: "pointer" },
  closedir: { parameters: ["pointer"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  statfs: { parameters: ["buffer", "buffer"], result: "i32" },
  mount: { parameters: ["buffer", "buffer", "buffer", "u64", "buffer"], result: "i32" },
  umount2: { parameters: ["buffer", "i32"], result: "i32" },
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
  adjtimex: { parameters: ["buffer"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  cfmakeraw: { parameters: ["buffer"], result: "void" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
} as const;

/** The functions by their names, opened at the first use. */
export function libc(): Library["call"] {
  return library().call;
}

interface Library {
  readonly call: Deno.DynamicLibrary<typeof symbols>["symbols"];
  readonly errno: Deno.UnsafePointerView;
}

let opened: Library | undefined;

function library(): Library {
  if (opened !== undefined) return opened;
  const { symbols: call } = Deno.dlopen("libc.so.6", symbols);
  const location = call.__errno_location();
  if (location === null) throw new Error("the C library has no errno");
  opened = { call, errno: new Deno.UnsafePointerView(location) };
  return opened;
}

/** A text as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** What was called on what, for the error's text. */
export interface Attempt {
  readonly call: string;
  readonly path: string;
}

/** The error of the call just made. To be asked for before anything else is called. */
export function lastError(attempt: Attempt): SystemError {
  return new SystemError({ ...attempt, errno: library().errno.getInt32() });
}

/** The result of the call just made, unless it is the -1 of one that failed. Throws SystemError. */
export function checked<T extends number | bigint>(result: T, attempt: Attempt): T {
  if (Number(result) === -1) throw lastError(attempt);
  return result;
}
