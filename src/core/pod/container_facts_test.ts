/** What a container's status tells of mounts, resources and user. */
import assert from "node:assert/strict";
import type { ContainerRecord } from "../cri/types.ts";
import { containerFacts } from "./container_facts.ts";

const run = {} as ContainerRecord;
const resources = { limits: { memory: "64Mi" }, requests: { cpu: "100m", memory: "64Mi" } };

Deno.test("before a container exists only its mounts are told", () => {
  const volumeMounts = [
    { name: "data", mountPath: "/data" },
    { name: "config", mountPath: "/etc/app", readOnly: true },
  ];
  assert.deepEqual(containerFacts({ name: "main", resources, volumeMounts }, undefined), {
    volumeMounts: [
      { name: "data", mountPath: "/data" },
      { name: "config", mountPath: "/etc/app", readOnly: true, recursiveReadOnly: "Disabled" },
    ],
  });
});

Deno.test("how far down a mount can only be read shows once the container is there", () => {
  const volumeMounts = ["Enabled", "IfPossible"].map((mode) => ({
    name: "data",
    mountPath: mode,
    readOnly: true,
    recursiveReadOnly: mode,
  }));
  const modes = (latest: ContainerRecord | undefined) =>
    containerFacts({ name: "main", volumeMounts }, latest).volumeMounts?.map((mount) =>
      mount.recursiveReadOnly
    );
  assert.deepEqual(modes(undefined), ["Enabled", "Disabled"]);
  assert.deepEqual(modes(run), ["Disabled", "Disabled"]);
  const recursiveReadOnlyPaths = ["/Enabled", "/IfPossible"];
  assert.deepEqual(modes({ ...run, recursiveReadOnlyPaths }), ["Enabled", "Enabled"]);
});

Deno.test("a container that exists tells what it was given and who it runs as", () => {
  const user = { uid: 1000, gid: 1000, supplementalGroups: [1000] };
  assert.deepEqual(containerFacts({ name: "main", resources }, { ...run, user }), {
    resources,
    allocatedResources: resources.requests,
    user: { linux: user },
  });
});

Deno.test("a container without requests has nothing allocated", () => {
  assert.deepEqual(containerFacts({ name: "main" }, run), { resources: {} });
});
