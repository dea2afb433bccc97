/** Tests of which cgroups are whose. */
import assert from "node:assert/strict";
import { cgroupsById } from "./container_cgroups.ts";

const cases: Readonly<Record<string, readonly [string, string]>> = {
  "cgroupfs": ["9be25294016e", "9be25294016e"],
  "systemd with containerd": ["cri-containerd-9be25294016e.scope", "9be25294016e"],
  "systemd with CRI-O": ["crio-9be25294016e.scope", "9be25294016e"],
};

for (const [what, [name, id]] of Object.entries(cases)) {
  Deno.test(`a container's cgroup: ${what}`, () => {
    assert.deepEqual([...cgroupsById({ pod: "/kubepods/podU", names: [name] })], [
      [id, `/kubepods/podU/${name}`],
    ]);
  });
}
