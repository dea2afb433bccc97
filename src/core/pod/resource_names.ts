/** The kinds of resources that containers ask for, by their names. */

/** Bytes on the node's disk: a container's own files and its logs, and the pod's emptyDir volumes. */
export const ephemeralStorage = "ephemeral-storage";

/** Whether a resource is somebody's own, such as `example.com/gpu`: whole pieces that only one pod has at a time. */
export function isExtendedResource(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/") && !name.startsWith("requests.");
}
