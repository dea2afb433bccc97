/** Parts of a pod's status that no story of a whole pod shows. */
import assert from "node:assert/strict";
import { containerRecord } from "../../../tests/fakes/container_record.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { Sandbox } from "../cri/types.ts";
import type { PodStatus } from "../k8s.ts";
import { noVerdicts } from "../probe/verdict.ts";
import { defaultBackoff } from "./backoff.ts";
import { newMemory } from "./memory.ts";
import { podStatus } from "./status.ts";

function addressesOf(
  { ips, nodeIps }: { readonly ips: readonly string[]; readonly nodeIps: readonly string[] },
): readonly string[] {
  const sandbox: Sandbox = {
    id: "s",
    metadata: { name: "web", namespace: "default", uid: "web-uid", attempt: 0 },
    state: "Ready",
    createdAt: 0,
    labels: {},
    annotations: {},
    ips,
  };
  const { podIP, podIPs = [] } = podStatus({
    pod: pod("web").build(),
    seen: { sandboxes: [sandbox], containers: [] },
    memory: newMemory(0),
    end: null,
    ended: false,
    isDeleted: false,
    now: 0,
    probes: noVerdicts,
    backoff: defaultBackoff,
    nodeIps,
    previous: undefined,
  });
  assert.equal(podIP, podIPs[0]?.ip);
  return podIPs.map(({ ip }) => ip);
}

const [v4, v6, node4, node6] = ["10.0.0.2", "fd00::2", "192.0.2.1", "2001:db8::1"];
const cases = [
  { ips: [v4], nodeIps: [node4], shown: [v4] },
  { ips: [v6, v4], nodeIps: [node4, node6], shown: [v4, v6] },
  { ips: [v4, v6], nodeIps: [node6, node4], shown: [v6, v4] },
  { ips: [v4, v6], nodeIps: [], shown: [v4, v6] },
  { ips: [v4, "10.0.0.3"], nodeIps: [node4], shown: [v4] },
  { ips: [], nodeIps: [node4], shown: [] },
];
for (const { shown, ...given } of cases) {
  Deno.test(`a pod at ${given.ips.join(", ")} on a node at ${given.nodeIps.join(", ")}`, () => {
    assert.deepEqual(addressesOf(given), shown);
  });
}

Deno.test("the wait for a restart is shown until the container runs, however long its start takes", () => {
  const exited = containerRecord({ attempt: 1, state: "Exited", finishedAt: 1_000, exitCode: 3 });
  const failure = { reason: "RunContainerError", message: "", at: 1_000, delayMs: 10_000 };
  const reasonAt = (now: number, attempt: number, previous?: PodStatus) => {
    const memory = newMemory(0);
    const crash = { delayMs: 10_000, at: 0, attempt };
    const status = podStatus({
      pod: pod("web").build(),
      seen: { sandboxes: [], containers: [exited] },
      memory: { ...memory, containers: { main: { crash, failure } } },
      end: null,
      ended: false,
      isDeleted: false,
      now,
      probes: noVerdicts,
      backoff: defaultBackoff,
      nodeIps: [],
      previous,
    });
    return { status, reason: status.containerStatuses?.[0]?.state?.waiting?.reason };
  };
  const waits = reasonAt(2_000, 0);
  assert.equal(waits.reason, "CrashLoopBackOff");
  assert.equal(reasonAt(11_000, 1, waits.status).reason, "CrashLoopBackOff");
  assert.equal(reasonAt(11_000, 1).reason, "RunContainerError");
});
