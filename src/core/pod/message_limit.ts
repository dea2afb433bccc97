/** How long the last words of a pod's containers may be in its status. */
import { type Pod, withEphemeral } from "../k8s.ts";

/** Bytes that all containers of a pod share; the pod's status would grow too large otherwise. */
const maxPodBytes = 12 * 1024;

/** The beginning of a message, as much of it as is this container's share; no character is cut in two. */
export function limitedMessage(message: string, { spec }: Pick<Pod, "spec">): string {
  const maxBytes = Math.floor(maxPodBytes / withEphemeral(spec).length);
  if (message.length * 3 <= maxBytes) return message;
  const bytes = new Uint8Array(maxBytes);
  const { read } = new TextEncoder().encodeInto(message, bytes);
  return message.slice(0, read);
}
