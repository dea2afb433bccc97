/** The runtime's image store (CRI ImageService, and containerd's own import). */
import type { Image, ImageFileSystem, RegistryAuth } from "../core/cri/types.ts";

/** Bytes so far; `totalBytes` is 0 while the size is not known. */
export interface PullProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface PullRequest {
  readonly image: string;
  /** The pull goes without credentials unless given. */
  readonly auth?: RegistryAuth;
  /** Ends the pull, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called at most once a second, where the runtime tells progress at all. */
  readonly onProgress?: (progress: PullProgress) => void;
}

/** Duties are the runtime port's. */
export interface Images {
  /** Null when the image is not there. */
  status(image: string): Promise<Image | null>;
  list(): Promise<readonly Image[]>;
  /** Where images lie. Throws Failed where the runtime does not tell. */
  fileSystem(): Promise<ImageFileSystem>;
  /** Gives the image's reference (ID or digest). Throws Failed with the registry's message, Forbidden when refused. */
  pull(request: PullRequest): Promise<string>;
  remove(image: string): Promise<void>;
  /** Imports an archive (docker or OCI; plain, gzip or zstd) and gives the names of its images. Throws Invalid. */
  importArchive(path: string): Promise<readonly string[]>;
}
