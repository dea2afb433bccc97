/** The file systems of one sampling, each asked once. */
import type { FileSystemUse } from "../../core/node/machine.ts";
import type { Machine } from "../../ports/machine.ts";

export interface FileSystems {
  /** Of the file system that a path lies on. */
  of(path: string): Promise<FileSystemUse>;
}

export function fileSystemsOnce(machine: Pick<Machine, "fileSystem">): FileSystems {
  const asked = new Map<string, Promise<FileSystemUse>>();
  return {
    of(path) {
      const known = asked.get(path) ?? machine.fileSystem(path);
      asked.set(path, known);
      return known;
    },
  };
}
