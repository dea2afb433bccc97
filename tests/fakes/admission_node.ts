/** What admission knows of a node in tests: a board without a cluster, with a kernel of today. */
import type { AdmissionNode } from "../../src/core/pod/admission/node.ts";

/** `fields` say what a test wants to be different. */
export function admissionNode(fields: Partial<AdmissionNode> = {}): AdmissionNode {
  return {
    name: "edge-1",
    labels: {
      "kubernetes.io/hostname": "edge-1",
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "arm64",
    },
    taints: [],
    allocatable: null,
    kernelVersion: "6.1.0-13-arm64",
    allowedUnsafeSysctls: [],
    appArmor: true,
    pressures: [],
    supplementalGroupsPolicy: true,
    ...fields,
  };
}
