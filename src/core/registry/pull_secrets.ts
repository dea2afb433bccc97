/**
 * Credentials for image registries in a pod's own Secrets.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
 */
import type { RegistryAuth } from "../cri/types.ts";
import type { Secret } from "../k8s.ts";
import {
  credentialsFor,
  type DockerConfig,
  mergedConfig,
  parseDockerConfig,
} from "./docker_config.ts";
import type { ImageReference } from "./image_reference.ts";

/** What to try for an image, in order, and the names of Secrets that cannot be understood. */
export interface PullSecrets {
  readonly auths: readonly RegistryAuth[];
  readonly unreadable: readonly string[];
}

/** Of two Secrets for one registry the first goes first. Secrets of other types hold nothing. */
export function pullSecrets(
  secrets: readonly Secret[],
  image: Pick<ImageReference, "registry" | "repository">,
): PullSecrets {
  const configs: DockerConfig[] = [];
  const unreadable: string[] = [];
  for (const secret of secrets) {
    const text = configText(secret);
    if (text === null) continue;
    const config = parseDockerConfig(new TextEncoder().encode(text));
    if (config.ok) configs.push(config.value);
    else unreadable.push(secret.metadata?.name ?? "");
  }
  return { auths: credentialsFor(image, mergedConfig(configs)), unreadable };
}

/** As a `config.json`; the older form is what stands under `auths` in the newer one. */
function configText({ type, data = {} }: Secret): string | null {
  const decoded = (key: string): string =>
    new TextDecoder().decode(Uint8Array.fromBase64(data[key] ?? ""));
  switch (type) {
    case "kubernetes.io/dockerconfigjson":
      return decoded(".dockerconfigjson") || null;
    case "kubernetes.io/dockercfg": {
      const text = decoded(".dockercfg");
      return text === "" ? null : `{"auths":${text}}`;
    }
    default:
      return null;
  }
}
