/** How configuration is read from the disk; tests hand in their own. */
import { orNull } from "../../adapters/linux/or_null.ts";

export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** Paths that do not exist give null; any other failure rejects. */
export interface ConfigurationFiles {
  readFile(path: string): Promise<Uint8Array | null>;
  readDir(path: string): Promise<readonly DirectoryEntry[] | null>;
}

/** The machine's own files. */
export const diskFiles: ConfigurationFiles = {
  readFile: (path) => orNull(Deno.readFile(path)),
  readDir: (path) => orNull(Array.fromAsync(Deno.readDir(path))),
};
