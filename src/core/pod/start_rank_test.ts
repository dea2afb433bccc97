/** Which pods start first. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { annotation } from "../cri/labels.ts";
import { startRank } from "./start_rank.ts";

Deno.test("start rank: node-critical, cluster-critical and static, then by priority", () => {
  const built = [
    pod("low").spec({ priority: -10 }),
    pod("plain"),
    pod("high").spec({ priority: 1_000 }),
    pod("static").annotations({ [annotation.configSource]: "file" }),
    pod("cluster").spec({ priority: 2_000_000_000, priorityClassName: "system-cluster-critical" }),
    pod("node").spec({ priorityClassName: "system-node-critical" }),
  ].map((each) => each.build());
  const order = built.toReversed().toSorted((a, b) => startRank(b) - startRank(a));
  assert.deepEqual(order.map(({ metadata }) => metadata.name), [
    "node",
    "cluster",
    "static",
    "high",
    "plain",
    "low",
  ]);
});
