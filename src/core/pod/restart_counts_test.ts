/** Which count of restarts is believed. */
import assert from "node:assert/strict";
import type { K8sContainerStatus } from "../k8s.ts";
import { withCountsOf } from "./restart_counts.ts";

function container(name: string, restartCount: number): K8sContainerStatus {
  return { name, restartCount, image: "busybox:1", imageID: "", ready: true };
}

Deno.test("restart counts: the higher one counts, of each container", () => {
  const own = { containerStatuses: [container("a", 1), container("b", 5), container("c", 0)] };
  const former = { containerStatuses: [container("a", 3), container("b", 4)] };
  const counts = withCountsOf(own, former).containerStatuses?.map((each) => each.restartCount);
  assert.deepEqual(counts, [3, 5, 0]);
});

Deno.test("restart counts: how the forgotten run ended is told with its count", () => {
  const lastState = { terminated: { exitCode: 3 } };
  const former = { initContainerStatuses: [{ ...container("a", 2), lastState }] };
  const own = { initContainerStatuses: [container("a", 0)] };
  const [status] = withCountsOf(own, former).initContainerStatuses ?? [];
  assert.deepEqual(status?.lastState, lastState);
});
