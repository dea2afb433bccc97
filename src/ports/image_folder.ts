/** A folder of image archives that are imported at start, and what is known of earlier imports. */
import type { Instant } from "../core/instant.ts";

/** Size and time tell whether it is still the file that was imported. */
export interface ArchiveFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Instant;
}

/** An archive as it was when it was imported, and the names of its images. */
export interface ImportedArchive extends ArchiveFile {
  readonly names: readonly string[];
}

/** Throws Failed naming the folder. */
export interface ImageFolder {
  readonly path: string;
  /** In the order of their names; none where there is no such folder. */
  archives(): Promise<readonly ArchiveFile[]>;
  /** What was remembered last; none where nothing was, or nothing that can be read. */
  imported(): Promise<readonly ImportedArchive[]>;
  /** Takes the place of what was remembered before. */
  remember(archives: readonly ImportedArchive[]): Promise<void>;
}
