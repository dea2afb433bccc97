/** Which of several failures is told, and when others make way. */
import assert from "node:assert/strict";
import { admissionNode } from "../../../../tests/fakes/admission_node.ts";
import { pod, type PodBuilder } from "../../../../tests/fakes/pods.ts";
import type { AdmissionNode } from "./node.ts";
import { fitOnNode } from "./fit.ts";

const node: Partial<AdmissionNode> = {
  allocatable: { cpu: "2", memory: "1Gi", pods: "110" },
  taints: [{ key: "maintenance", effect: "NoExecute" }],
};
const big = pod("big").container("main", {
  resources: { requests: { cpu: "2" } },
  ports: [{ containerPort: 80, hostPort: 80 }],
});
const small = pod("small").container("main", {
  resources: { requests: { cpu: "500m" } },
  ports: [{ containerPort: 80, hostPort: 80 }],
});
const tolerant = { tolerations: [{ operator: "Exists" }] };
const critical = big.annotations({ "kubernetes.io/config.source": "file" });

function outcome(builder: PodBuilder, ...others: readonly PodBuilder[]): string {
  const fit = fitOnNode(builder.build(), {
    node: admissionNode(node),
    others: others.map((other) => other.build()),
  });
  return fit.ok
    ? `fits${fit.value.map(({ metadata }) => ` without ${metadata.name}`).join()}`
    : `${fit.error.reason}: ${fit.error.message}`;
}

Deno.test("the scheduler's checks are told in their order", () => {
  const elsewhere = { nodeSelector: { disk: "ssd" }, nodeName: "edge-2" };
  assert.match(
    outcome(big.spec(elsewhere), small),
    /^OutOfcpu: Node didn't have enough resource: cpu/,
  );
  assert.equal(
    outcome(big.spec(elsewhere)),
    "NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  );
  assert.equal(
    outcome(big.spec({ nodeName: "edge-2" })),
    "NodeName: Predicate NodeName failed: node(s) didn't match the requested node name",
  );
  assert.equal(
    outcome(small, small),
    "NodePorts: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  );
  assert.equal(
    outcome(small),
    "TaintToleration: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
  );
  assert.equal(outcome(small.spec({ ...tolerant, nodeName: "edge-1" })), "fits");
});

Deno.test("for a critical pod others make way, unless something else than room is missing", () => {
  const portless = small.container("main", { resources: { requests: { cpu: "500m" } } });
  const free = pod("small").container("main", { resources: { requests: { cpu: "500m" } } });
  assert.equal(outcome(critical, free), "fits without small");
  assert.match(outcome(critical, small), /^NodePorts: /);
  assert.match(
    outcome(critical.spec({ nodeSelector: { disk: "ssd" } }), portless),
    /^NodeAffinity: /,
  );
  assert.equal(
    outcome(critical, free.spec({ priority: 2_000_000_000 })),
    "UnexpectedAdmissionError: Unexpected error while attempting to recover from admission " +
      "failure: preemption: error finding a set of pods to preempt: no set of running pods found " +
      "to reclaim resources: [(res: cpu, q: 500), ]",
  );
});
