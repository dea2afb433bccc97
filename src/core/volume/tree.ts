/** What stands in a directory, at any depth. */

export interface TreeEntry {
  /** Relative to the directory. */
  readonly path: string;
  /** Of a file. */
  readonly content?: Uint8Array;
  /** Of a symlink, as it is written. */
  readonly target?: string;
}
