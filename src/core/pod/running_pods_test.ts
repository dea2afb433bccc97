/** What the runtime shows of pods, without what the agent knows of them. */
import assert from "node:assert/strict";
import type { Sandbox } from "../cri/types.ts";
import { runningPods } from "./running_pods.ts";

function sandbox(id: string, state: Sandbox["state"]): Sandbox {
  return {
    id,
    metadata: { name: id, namespace: "default", uid: `uid-${id}`, attempt: 0 },
    state,
    createdAt: 0,
    labels: {},
    annotations: {},
    ips: [],
  };
}

Deno.test("pods are those whose sandbox is ready, or of which a container runs", () => {
  const found = runningPods({
    sandboxes: [sandbox("a", "Ready"), sandbox("b", "NotReady"), sandbox("c", "NotReady")],
    containers: [{ sandboxId: "c", name: "main", image: "img" }],
  });
  const pod = (name: string, containers: readonly unknown[]) => ({
    metadata: { name, namespace: "default", uid: `uid-${name}` },
    spec: { containers },
    status: {},
  });
  const main = { name: "main", image: "img", resources: {} };
  assert.deepEqual(found, [pod("a", []), pod("c", [main])]);
});
