/** Stories of pods that the API server has bound to this node. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

Deno.test("a pod that is bound to the node runs, and the API server hears of each step once", async () => {
  await using world = await createWorld({ inCluster: true });
  world.runtime.delay("runSandbox", { ms: 100 });
  await world.cluster.bind(pod("web").container("main"));
  assert.equal(world.cluster.row("web"), "0/1 ContainerCreating");
  await world.advance(1_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  // Before the sandbox, with the sandbox, and with the container.
  assert.deepEqual(world.cluster.story(), ["PATCH web", "PATCH web", "PATCH web"]);
  await world.advance(300_000);
  assert.equal(world.cluster.story().length, 3, "nothing is said again");
});

Deno.test("what others say in a pod's status is left alone", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(pod("web"));
  const foreign = { type: "example.com/Checked", status: "True", reason: "Fine" };
  await world.cluster.change("web", { status: { conditions: [foreign] } }, {
    subresource: "status",
  });
  world.runtime.exit("web/main", { code: 1 });
  await world.advance(1_000);
  const { conditions = [], containerStatuses = [] } = world.cluster.status("web");
  assert.deepEqual(conditions.find(({ type }) => type === foreign.type), foreign);
  assert.equal(containerStatuses[0]?.restartCount, 1);
});
