/** What a program did to the files of one folder, as far as it matters for what a power cut leaves of them. */

/** Files are named by their name in the folder. */
export type Operation =
  | { readonly kind: "Create"; readonly name: string }
  | { readonly kind: "Write"; readonly name: string; readonly at: number; readonly bytes: Bytes }
  | { readonly kind: "Truncate"; readonly name: string; readonly size: number }
  /** fsync or fdatasync of a file: its content is durable, its name is not. */
  | { readonly kind: "Sync"; readonly name: string }
  /** fsync of the folder: the names of all files are durable. @see fsync(2) */
  | { readonly kind: "SyncFolder" }
  | { readonly kind: "Rename"; readonly name: string; readonly to: string }
  | { readonly kind: "Remove"; readonly name: string }
  /** The program says something at this point; no file changes. */
  | { readonly kind: "Say"; readonly text: string };

export type Bytes = Uint8Array<ArrayBuffer>;
