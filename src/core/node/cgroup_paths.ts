/** Where the cgroups of pods and of their QoS classes lie, with either cgroup driver. */
import type { Pod } from "../k8s.ts";
import { type QosClass, qosClass } from "../pod/qos.ts";
import type { CgroupSettings } from "./settings.ts";

type Place = Pick<CgroupSettings, "driver" | "root">;

/** The parts of a class's cgroup below `kubepods`; guaranteed pods lie straight in there. */
const classParts: Readonly<Record<QosClass, readonly string[]>> = {
  Guaranteed: [],
  Burstable: ["burstable"],
  BestEffort: ["besteffort"],
};
const classes: readonly QosClass[] = ["Guaranteed", "Burstable", "BestEffort"];

/** The cgroup of a QoS class; that of Guaranteed is `kubepods` itself. The form is `CgroupSpec`'s. */
export function qosCgroupPath(qos: QosClass, cgroups: Place): string {
  return pathOf(["kubepods", ...classParts[qos]], cgroups);
}

/** A pod's own cgroup, in the form of `CgroupSpec`. */
export function podCgroupPath(
  { pod, cgroups }: { readonly pod: Pod; readonly cgroups: Place },
): string {
  return pathOf(podParts({ uid: pod.metadata.uid, qos: qosClass(pod) }), cgroups);
}

/** Everywhere a pod's cgroup may lie, for when its class is not known any more. */
export function podCgroupPaths(
  { uid, cgroups }: { readonly uid: string; readonly cgroups: CgroupSettings },
): readonly string[] {
  if (!cgroups.perQos) return [];
  return classes.map((qos) => pathOf(podParts({ uid, qos }), cgroups));
}

/**
 * What the runtime is told (CRI `cgroup_parent`): the path, or with systemd the name of the slice. Undefined without QoS
 * cgroups: then the runtime's own default holds, as with the kubelet.
 */
export function cgroupParentOf(
  { pod, cgroups }: { readonly pod: Pod; readonly cgroups: CgroupSettings },
): string | undefined {
  if (!cgroups.perQos) return undefined;
  const path = podCgroupPath({ pod, cgroups });
  return cgroups.driver === "systemd" ? path.slice(path.lastIndexOf("/") + 1) : path;
}

function podParts({ uid, qos }: { readonly uid: string; readonly qos: QosClass }): string[] {
  return ["kubepods", ...classParts[qos], `pod${uid}`];
}

function pathOf(parts: readonly string[], { driver, root }: Place): string {
  const all = [...root.split("/").filter((part) => part !== ""), ...parts];
  return driver === "systemd" ? slicePath(all) : `/${all.join("/")}`;
}

/** A slice's name holds those of all its parents, joined by dashes; a dash within a part becomes an underscore. */
function slicePath(parts: readonly string[]): string {
  const names = parts.map((part) => part.replaceAll("-", "_"));
  return names.map((_, index) => `/${names.slice(0, index + 1).join("-")}.slice`).join("");
}
