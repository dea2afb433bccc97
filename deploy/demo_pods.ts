/** How the pods of the demo are doing: running, still starting, or not going to run. */
import type { Pod } from "../src/core/k8s.ts";

/** Reasons of containers that wait for something which does not come by itself. */
const HOPELESS = new Set([
  "CrashLoopBackOff",
  "CreateContainerConfigError",
  "CreateContainerError",
  "ErrImageNeverPull",
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "RunContainerError",
]);

export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false;
}

/** What keeps the pod from running, in words; undefined while it may still come. */
export function problemOf({ metadata, status }: Pod): string | undefined {
  const statuses = [
    ...status?.initContainerStatuses ?? [],
    ...status?.containerStatuses ?? [],
  ];
  const stuck = statuses.find(({ state }) => HOPELESS.has(state?.waiting?.reason ?? ""));
  const { reason, message } = stuck?.state?.waiting ??
    (status?.phase === "Failed" ? { reason: status.reason ?? "Failed", ...status } : {});
  if (reason === undefined) return undefined;
  const where = stuck === undefined ? "" : `container ${stuck.name}: `;
  return `pod ${metadata.name} does not run: ${where}${reason}${message ? `: ${message}` : ""}`;
}
