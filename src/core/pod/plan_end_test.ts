/** How a pod of very many containers is ended. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import type { ContainerRecord } from "../cri/types.ts";
import { stopNext } from "./plan_end.ts";

Deno.test("very many containers are stopped some at a time, until all are", () => {
  const names = Array.from({ length: 70 }, (_, index) => `c${index}`);
  const wanted = names.reduce((each, name) => each.container(name), pod("big")).build();
  let alive = names;
  const batches: number[] = [];
  while (alive.length > 0) {
    const containers = alive.map((
      name,
    ) => ({ id: name, name, state: "Running" } as ContainerRecord));
    const [action] = stopNext({
      pod: wanted,
      seen: { sandboxes: [], containers },
      graceSeconds: 30,
    });
    assert.equal(action?.kind, "StopContainers");
    const stopped = action?.kind === "StopContainers" ? action.targets.map(({ id }) => id) : [];
    batches.push(stopped.length);
    alive = alive.filter((name) => !stopped.includes(name));
  }
  assert.deepEqual(batches, [32, 32, 6]);
});
