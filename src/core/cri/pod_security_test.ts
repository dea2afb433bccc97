/** Namespaces and groups of a pod. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import type { PodSpec } from "../k8s.ts";
import { podNamespaces, podSecurity } from "./pod_security.ts";
import type { NamespaceOptions } from "./types.ts";

const namespaces: readonly {
  readonly spec: Partial<PodSpec>;
  readonly expected: NamespaceOptions;
}[] = [
  { spec: {}, expected: { network: "Pod", pid: "Container", ipc: "Pod" } },
  { spec: { hostNetwork: true }, expected: { network: "Node", pid: "Container", ipc: "Pod" } },
  { spec: { hostPID: true }, expected: { network: "Pod", pid: "Node", ipc: "Pod" } },
  { spec: { hostIPC: true }, expected: { network: "Pod", pid: "Container", ipc: "Node" } },
  { spec: { shareProcessNamespace: true }, expected: { network: "Pod", pid: "Pod", ipc: "Pod" } },
];

for (const { spec, expected } of namespaces) {
  Deno.test(`the namespaces of ${JSON.stringify(spec)}`, () => {
    assert.deepEqual(podNamespaces(pod("web").spec(spec).build()), expected);
  });
}

type Context = NonNullable<PodSpec["securityContext"]>;

const groups: readonly {
  readonly context: Context;
  readonly expected: Omit<ReturnType<typeof podSecurity>, "namespaces">;
}[] = [
  { context: {}, expected: { supplementalGroups: [] } },
  { context: { supplementalGroups: [5, 7] }, expected: { supplementalGroups: [5, 7] } },
  {
    context: { fsGroup: 0, supplementalGroups: [5] },
    expected: { supplementalGroups: [0, 5] },
  },
  { context: { supplementalGroupsPolicy: "Merge" }, expected: { supplementalGroups: [] } },
  {
    context: { supplementalGroupsPolicy: "Strict" },
    expected: { supplementalGroups: [], supplementalGroupsPolicy: "Strict" },
  },
];

for (const { context, expected } of groups) {
  Deno.test(`the groups of ${JSON.stringify(context)}`, () => {
    const { spec } = pod("web").spec({ securityContext: context }).build();
    const { namespaces: _, ...found } = podSecurity(spec);
    assert.deepEqual(found, expected);
  });
}
