/** Whether the node's ports that a pod wants are free. */
import type { Pod } from "../../k8s.ts";
import { clash, hostPorts } from "../host_ports.ts";
import type { Mismatch } from "./predicate.ts";

export function hostPortFailures(
  { spec }: Pick<Pod, "spec">,
  others: readonly Pick<Pod, "spec">[],
): readonly Mismatch[] {
  const wanted = hostPorts(spec);
  if (wanted.length === 0) return [];
  const taken = others.flatMap((other) => hostPorts(other.spec));
  if (!wanted.some((port) => taken.some((other) => clash(port, other)))) return [];
  return [{
    kind: "Mismatch",
    name: "NodePorts",
    reason: "node(s) didn't have free ports for the requested pod ports",
  }];
}
