/** Stories of pods that somebody changes in the API server while they run. */
import assert from "node:assert/strict";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

Deno.test("a pod that is to be resized goes on as it is", async () => {
  await using world = await createWorld({ inCluster: true });
  const resizePolicy = [{ resourceName: "cpu", restartPolicy: "NotRequired" }];
  const resources = (cpu: string) => ({ requests: { cpu } });
  await world.cluster.bind(
    pod("web").container("main", { resizePolicy, resources: resources("1") }),
  );
  assert.equal(world.cluster.row("web"), "1/1 Running");
  await world.cluster.change("web", {
    spec: { containers: [{ name: "main", resources: resources("2") }] },
  });
  await world.advance(60_000);
  await world.stopAgent();
  await world.startAgent();
  await world.advance(60_000);
  assert.equal(world.cluster.row("web"), "1/1 Running");
  assert.equal(world.cluster.status("web").containerStatuses?.[0]?.restartCount, 0);
});
