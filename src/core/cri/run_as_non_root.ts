/** Keeps a container from running as root where it must not. */
import type { Container, Pod } from "../k8s.ts";
import { podFullName } from "../pod/container_status.ts";
import { effectiveSecurity } from "./effective_security.ts";
import type { Image } from "./types.ts";

const maxUserId = 2 ** 31 - 1;

/**
 * Why a container with `runAsNonRoot` may not be started; null where it may. A user that the image gives by name may be
 * root under another name, so only numbers are trusted.
 */
export function rootRefusal(
  { pod, container, image }: {
    readonly pod: Pod;
    readonly container: Container;
    readonly image: Pick<Image, "uid" | "username">;
  },
): string | null {
  const { runAsNonRoot = false, runAsUser } = effectiveSecurity(pod, container);
  if (!runAsNonRoot) return null;
  const why = runAsUser === undefined ? imageRefusal(image) : userRefusal(runAsUser);
  if (why === null) return null;
  return `${why} (pod: ${JSON.stringify(podFullName(pod))}, container: ${container.name})`;
}

function userRefusal(runAsUser: number): string | null {
  return runAsUser === 0 ? "container's runAsUser breaks non-root policy" : null;
}

function imageRefusal({ uid, username }: Pick<Image, "uid" | "username">): string | null {
  if (uid === undefined && username !== "") {
    return `container has runAsNonRoot and image has non-numeric user (${username}), ` +
      "cannot verify user is non-root";
  }
  const user = uid ?? 0;
  if (user === 0) return "container has runAsNonRoot and image will run as root";
  if (user > 0 && user <= maxUserId) return null;
  return `container has runAsNonRoot and image has an invalid user id (${user}). ` +
    `(Must be 1-(${maxUserId})): must be between 0 and ${maxUserId}, inclusive`;
}
