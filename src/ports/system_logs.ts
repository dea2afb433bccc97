/** The machine's own log files, as they are shown under /logs/. */

export interface LogEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** What lies at a path. */
export type SystemLog =
  | { readonly kind: "Directory"; readonly entries: readonly LogEntry[]; readonly modified: number }
  | {
    readonly kind: "File";
    readonly size: number;
    /** Milliseconds since 1970. */
    readonly modified: number;
    /** The bytes from `start` up to `end`; memory stays bounded however slow the caller reads. The file is closed at its end. */
    read(range: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
  };

export interface SystemLogs {
  /**
   * `path` is relative to the folder, clean, "" for the folder itself. Null where nothing is, and where symlinks lead out of the
   * folder. Throws Forbidden and Failed.
   */
  at(path: string): Promise<SystemLog | null>;
}
