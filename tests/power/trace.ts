/**
 * Reads what strace says of a program as operations on the files of one folder.
 *
 * Files whose name ends with `-shm` are left out: SQLite writes them through memory, where no system call shows it, syncs them
 * never, and builds them anew from the write-ahead log when it opens the database after a crash.
 */
import type { Bytes, Operation } from "./operation.ts";

/** What strace must be told, so that its output can be read here. */
export const traceArguments: readonly string[] = [
  "--follow-forks",
  "--seccomp-bpf",
  "--decode-fds=path",
  "-xx",
  "--string-limit=100000000",
  "--signal=none",
  "--quiet=all",
  "--trace=openat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range," +
  "copy_file_range,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat",
];

/** What the program writes into the file of this name is what it says. */
export const sayings = "says";

export interface TraceOptions {
  /** The full path, without links in it. */
  readonly folder: string;
}

/** Throws where the program did something to a file of the folder that has no place among the operations. */
export function readTrace(trace: string, { folder }: TraceOptions): readonly Operation[] {
  const reader = createReader(folder);
  return wholeCalls(trace.split("\n")).flatMap(reader);
}

/** Joins what strace had to break up because another thread did something meanwhile. */
function wholeCalls(lines: readonly string[]): readonly string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, thread = "", text = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const [, start] = /^(.*) <unfinished \.\.\.>$/.exec(text) ?? [];
    if (start !== undefined) {
      begun.set(thread, start);
      return [];
    }
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(text) ?? [];
    return [rest === undefined ? text : `${begun.get(thread)}${rest}`];
  });
}

interface Call {
  readonly name: string;
  readonly args: string;
  /** The path that belongs to the first argument, where that is a file descriptor. */
  readonly path: string;
  readonly descriptor: number;
  /** All texts among the arguments. */
  readonly texts: readonly string[];
  readonly result: number;
}

function callOf(line: string): Call | undefined {
  const [, name = "", args = "", result] = /^(\w+)\((.*)\) += (-?\d+)/.exec(line) ?? [];
  if (result === undefined) return undefined;
  const [, descriptor, path = ""] = /^(\d+)<([^>]*)>/.exec(args) ?? [];
  return {
    name,
    args,
    path: textOf(path),
    descriptor: Number(descriptor ?? -1),
    texts: [...args.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text),
    result: Number(result),
  };
}

type Reader = (line: string) => readonly Operation[];

function createReader(folder: string): Reader {
  const names = new Set<string>();
  const positions = new Map<number, number>();

  /** The name in the folder; undefined for files elsewhere and those that a crash need not leave. */
  function nameOf(path: string): string | undefined {
    if (!path.startsWith(`${folder}/`)) return undefined;
    return path.endsWith("-shm") ? undefined : path.slice(folder.length + 1);
  }

  function opened({ args, texts: [path = ""], result }: Call): readonly Operation[] {
    const name = nameOf(textOf(path));
    if (name === undefined) return [];
    positions.set(result, 0);
    if (/O_APPEND/.test(args)) throw new Error(`${name} is opened for appending: not known here`);
    if (/O_CREAT/.test(args) && !names.has(name)) {
      names.add(name);
      return name === sayings ? [] : [{ kind: "Create", name }];
    }
    return /O_TRUNC/.test(args) ? [{ kind: "Truncate", name, size: 0 }] : [];
  }

  function written({ path, descriptor, texts: [text = ""], result }: Call, offset?: number) {
    const name = nameOf(path);
    if (name === undefined) return [];
    const at = offset ?? positions.get(descriptor) ?? 0;
    if (offset === undefined) positions.set(descriptor, at + result);
    const bytes = bytesOf(text).subarray(0, result);
    if (name !== sayings) return [{ kind: "Write", name, at, bytes } as const];
    return [{ kind: "Say", text: new TextDecoder().decode(bytes) } as const];
  }

  function renamed([from = "", to = ""]: readonly string[]): readonly Operation[] {
    const [name, toName] = [nameOf(textOf(from)), nameOf(textOf(to))];
    if (name === undefined || toName === undefined) return [];
    names.delete(name);
    names.add(toName);
    return [{ kind: "Rename", name, to: toName }];
  }

  function removed([path = ""]: readonly string[]): readonly Operation[] {
    const name = nameOf(textOf(path));
    if (name === undefined) return [];
    names.delete(name);
    return [{ kind: "Remove", name }];
  }

  function synced({ path }: Call): readonly Operation[] {
    if (path === folder) return [{ kind: "SyncFolder" }];
    const name = nameOf(path);
    return name === undefined ? [] : [{ kind: "Sync", name }];
  }

  function operations(call: Call): readonly Operation[] {
    const { name, path, args, texts } = call;
    const last = Number(/, (-?\d+)$/.exec(args)?.[1]);
    switch (name) {
      case "openat":
        return opened(call);
      case "write":
        return written(call);
      case "pwrite64":
        return written(call, last);
      case "ftruncate": {
        const file = nameOf(path);
        return file === undefined ? [] : [{ kind: "Truncate", name: file, size: last }];
      }
      case "fsync":
      case "fdatasync":
        return synced(call);
      case "rename":
      case "renameat":
      case "renameat2":
        return renamed(texts);
      case "unlink":
      case "unlinkat":
        return removed(texts);
      default:
        if (![path, ...texts.map(textOf)].some((each) => nameOf(each) !== undefined)) return [];
        throw new Error(`${name} of a file of the folder: not known here`);
    }
  }

  return (line) => {
    const call = callOf(line);
    return call === undefined || call.result < 0 ? [] : operations(call);
  };
}

/** `\x2f\x74` as bytes. */
function bytesOf(text: string): Bytes {
  return Uint8Array.from(text.split("\\x").slice(1), (hex) => parseInt(hex, 16));
}

function textOf(text: string): string {
  return new TextDecoder().decode(bytesOf(text));
}
