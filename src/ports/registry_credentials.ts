/** Credentials for pulling images. */
import type { RegistryAuth } from "../core/cri/types.ts";

export interface RegistryCredentials {
  /** What to try for an image, best match first; empty when nothing matches, and the pull goes without. */
  forImage(image: string): Promise<readonly RegistryAuth[]>;
}
