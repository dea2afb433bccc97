/** What a container may see and do: namespaces, user, system calls and the parts of /proc and /sys it is kept from. */
import type { Pod } from "../k8s.ts";
import type { NodeSettings } from "../node/settings.ts";
import type { ContainerSecurity, Image, NamespaceOptions } from "./types.ts";

/** What of /proc and /sys is not to be seen at all: Kubernetes' procMount `Default`. */
const maskedPaths: readonly string[] = [
  "/proc/asound",
  "/proc/acpi",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
];
/** What may be read but not written. */
const readonlyPaths: readonly string[] = [
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
];

/** Which namespaces the pod's containers share with each other ("Pod") or the node ("Node"). @see CRI NamespaceOption */
export function podNamespaces({ spec }: Pick<Pod, "spec">): NamespaceOptions {
  return {
    network: spec.hostNetwork ? "Node" : "Pod",
    pid: spec.hostPID ? "Node" : spec.shareProcessNamespace ? "Pod" : "Container",
    ipc: spec.hostIPC ? "Node" : "Pod",
  };
}

/** The user is the image's; system calls are unconfined, the kubelet's default (`seccompDefault: false`). */
export function containerSecurity(
  { pod, image, node }: {
    readonly pod: Pod;
    readonly image: Image;
    readonly node: Pick<NodeSettings, "maskedPaths">;
  },
): ContainerSecurity {
  return {
    namespaces: podNamespaces(pod),
    ...imageUser(image),
    seccomp: { type: "Unconfined" },
    maskedPaths: [...maskedPaths, ...node.maskedPaths],
    readonlyPaths,
  };
}

/** An image without a user runs as root. */
function imageUser(
  { uid, username }: Image,
): Pick<ContainerSecurity, "runAsUser" | "runAsUsername"> {
  if (uid !== undefined) return { runAsUser: uid };
  return username === "" ? { runAsUser: 0 } : { runAsUsername: username };
}
