/** Places in a volume where others are mounted. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { nestedMounts } from "./nested_mounts.ts";

Deno.test("the uppermost places below each mount of the volume, of all containers", () => {
  const { spec } = pod("web")
    .initContainer("init", {
      volumeMounts: [{ name: "v", mountPath: "/v/" }, { name: "x", mountPath: "/v/init" }],
    })
    .container("main", {
      volumeMounts: [
        { name: "v", mountPath: "/etc/app" },
        { name: "x", mountPath: "/etc/app/nested/double" },
        { name: "y", mountPath: "/etc/app/nested" },
        { name: "z", mountPath: "/etc/app/nested2" },
        { name: "x", mountPath: "/etc/application" },
        { name: "y", mountPath: "/etc" },
      ],
    }).build();
  assert.deepEqual(nestedMounts(spec, "v"), ["init", "nested", "nested2"]);
  assert.deepEqual(nestedMounts(spec, "x"), []);
});
