/** Where pods' cgroups lie. */
import assert from "node:assert/strict";
import { node, type NodeOverrides } from "../../../tests/fakes/node.ts";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import { cgroupParentOf, podCgroupPath, podCgroupPaths } from "./cgroup_paths.ts";
import type { CgroupSettings } from "./settings.ts";

type Cgroups = NonNullable<NodeOverrides["cgroups"]>;

const systemd: Cgroups = { driver: "systemd" };
const full = { resources: { limits: { cpu: "1", memory: "1Mi" } } };
const guaranteed = pod("a").uid("0c-1").container("main", full);
const burstable = pod("a").uid("0c-1").container("main", { resources: { requests: { cpu: "1" } } });
const bestEffort = pod("a").uid("0c-1");

const cases: readonly [pod: PodBuilder, cgroups: Cgroups, path: string, parent?: string][] = [
  [guaranteed, {}, "/kubepods/pod0c-1"],
  [burstable, {}, "/kubepods/burstable/pod0c-1"],
  [bestEffort, {}, "/kubepods/besteffort/pod0c-1"],
  [bestEffort, { root: "/edge/x" }, "/edge/x/kubepods/besteffort/pod0c-1"],
  [guaranteed, systemd, "/kubepods.slice/kubepods-pod0c_1.slice", "kubepods-pod0c_1.slice"],
  [
    burstable,
    systemd,
    "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0c_1.slice",
    "kubepods-burstable-pod0c_1.slice",
  ],
  [
    guaranteed,
    { ...systemd, root: "/my-edge" },
    "/my_edge.slice/my_edge-kubepods.slice/my_edge-kubepods-pod0c_1.slice",
    "my_edge-kubepods-pod0c_1.slice",
  ],
];

for (const [builder, settings, path, parent = path] of cases) {
  Deno.test(`a pod's cgroup is ${path}`, () => {
    const { cgroups } = node({ cgroups: settings });
    assert.equal(podCgroupPath({ pod: builder.build(), cgroups }), path);
    assert.equal(cgroupParentOf({ pod: builder.build(), cgroups }), parent);
    assert.ok(podCgroupPaths({ uid: "0c-1", cgroups }).includes(path));
  });
}

Deno.test("a pod that goes is looked for in every class", () => {
  const { cgroups } = node();
  assert.deepEqual(podCgroupPaths({ uid: "u", cgroups }), [
    "/kubepods/podu",
    "/kubepods/burstable/podu",
    "/kubepods/besteffort/podu",
  ]);
});

Deno.test("without QoS cgroups the runtime's own place holds, and nothing is to be removed", () => {
  const cgroups: CgroupSettings = { ...node().cgroups, perQos: false };
  assert.equal(cgroupParentOf({ pod: guaranteed.build(), cgroups }), undefined);
  assert.deepEqual(podCgroupPaths({ uid: "u", cgroups }), []);
});
