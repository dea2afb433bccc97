/** The registry credentials that a pod brings along. */
import type { RegistryAuth } from "../../core/cri/types.ts";
import { type Pod, podKey, type Secret } from "../../core/k8s.ts";
import { pullSecretReferences } from "../../core/pod/references.ts";
import { parseImageReference } from "../../core/registry/image_reference.ts";
import { pullSecrets } from "../../core/registry/pull_secrets.ts";
import type { Log } from "../../ports/log.ts";
import type { PodEvents } from "../events/pod_events.ts";
import type { PodObjects } from "../objects/pod_objects.ts";

export interface PullSecretsDeps {
  readonly objects: PodObjects;
  readonly events: PodEvents;
  readonly log: Log;
}

/** What to try for an image before the node's own credentials. Secrets that are missing or no good are done without. */
export async function podCredentials(
  { pod, image }: { readonly pod: Pod; readonly image: string },
  deps: PullSecretsDeps,
): Promise<readonly RegistryAuth[]> {
  const reference = parseImageReference(image);
  const { found } = await lookUp(pod, deps);
  if (!reference.ok || found.length === 0) return [];
  const { auths, unreadable } = pullSecrets(found, reference.value);
  for (const secret of unreadable) {
    deps.log.warn("Registry credentials cannot be used, pulling without", {
      pod: podKey(pod),
      secret,
    });
  }
  return auths;
}

/** After a pull that failed, in the kubelet's words: the Secrets that it went without. */
export async function tellOfMissingPullSecrets(pod: Pod, deps: PullSecretsDeps): Promise<void> {
  const { missing } = await lookUp(pod, deps);
  if (missing.length === 0) return;
  deps.events.warning(pod.metadata, {
    reason: "FailedToRetrieveImagePullSecret",
    message: `Unable to retrieve some image pull secrets (${missing.join(", ")}); ` +
      "attempting to pull the image may not succeed.",
  });
}

async function lookUp(
  { metadata, spec }: Pod,
  { objects }: PullSecretsDeps,
): Promise<{ readonly found: readonly Secret[]; readonly missing: readonly string[] }> {
  const references = pullSecretReferences(spec);
  const known = await objects.lookUp(metadata.namespace, references);
  const found: Secret[] = [];
  const missing: string[] = [];
  for (const { name } of references) {
    const secret = known.secret(name);
    if (secret.kind === "Found") found.push(secret.object);
    else missing.push(name);
  }
  return { found, missing };
}
