/** Whose processes an ephemeral container sees. */
import assert from "node:assert/strict";
import { containerRecord } from "../../../tests/fakes/container_record.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { ContainerRecord } from "../cri/types.ts";
import { failure, type Result, success } from "../result.ts";
import { ephemeralTarget } from "./ephemeral_target.ts";

const { spec } = pod("web").container("main").container("new").spec({
  ephemeralContainers: [
    { name: "none" },
    { name: "empty", targetContainerName: "" },
    { name: "inside", targetContainerName: "main" },
    { name: "early", targetContainerName: "new" },
  ],
}).build();

function run(attempt: number, state: ContainerRecord["state"]): ContainerRecord {
  return containerRecord({ id: `main-${attempt}`, attempt, state, createdAt: attempt });
}

const cases: readonly { readonly name: string; readonly expected: Result<string | undefined> }[] = [
  { name: "main", expected: success(undefined) },
  { name: "none", expected: success(undefined) },
  { name: "empty", expected: success(undefined) },
  { name: "inside", expected: success("main-1") },
  { name: "early", expected: failure("unable to find target container new") },
];
for (const { name, expected } of cases) {
  Deno.test(`the target of container ${name}`, () => {
    const seen = { sandboxes: [], containers: [run(1, "Running"), run(0, "Exited")] };
    assert.deepEqual(ephemeralTarget(spec, { container: { name }, seen }), expected);
  });
}
