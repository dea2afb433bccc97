/** How configuration is read from the disk; tests hand in their own. */

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
  readFile: (path) => nullIfMissing(() => Deno.readFile(path)),
  readDir: (path) => nullIfMissing(() => Array.fromAsync(Deno.readDir(path))),
};

async function nullIfMissing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (err) {
    if (err instanceof Deno.errors.NotFound) return null;
    throw err;
  }
}
