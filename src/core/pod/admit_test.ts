/** Which pods this node refuses. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import type { ContainerPort } from "../k8s.ts";
import { admit } from "./admit.ts";

const web = pod("web");

Deno.test("a pod with nothing special is admitted", () => {
  assert.deepEqual(admit(web.build()), { ok: true });
  assert.deepEqual(admit(web.spec({ os: { name: "linux" } }).build()), { ok: true });
  const nodeSelector = { "kubernetes.io/os": "linux" };
  assert.deepEqual(admit(web.spec({ nodeSelector }).build()), { ok: true });
});

const refused: readonly [name: string, pod: PodBuilder, reason: string, message: string][] = [
  [
    "fields that are not supported",
    web.container("a", { livenessProbe: {} }).spec({ runtimeClassName: "kata" }),
    "UnsupportedField",
    "The pod uses what this agent does not support: spec.containers[0].livenessProbe, " +
    "spec.runtimeClassName",
  ],
  [
    "another system",
    web.spec({ os: { name: "windows" } }),
    "PodOSNotSupported",
    "Failed to admit pod as the OS field doesn't match node OS",
  ],
  [
    "another system by its label",
    web.labels({ "kubernetes.io/os": "windows" }),
    "PodOSSelectorNodeLabelDoesNotMatch",
    "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
  ],
  [
    "a node of another system",
    web.spec({ nodeSelector: { "kubernetes.io/os": "windows" } }),
    "NodeAffinity",
    "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  ],
  [
    "a node with a label",
    web.spec({ nodeSelector: { disk: "ssd" } }),
    "UnsupportedField",
    "The pod uses what this agent does not support: spec.nodeSelector.disk",
  ],
];

for (const [name, builder, reason, message] of refused) {
  Deno.test(`a pod that asks for ${name} is refused`, () => {
    assert.deepEqual(admit(builder.build()), { ok: false, reason, message });
  });
}

function onPort(hostPort: number, more: Partial<ContainerPort> = {}): PodBuilder {
  return web.container("main", { ports: [{ containerPort: 80, hostPort, ...more }] });
}

const ports: readonly [name: string, pod: PodBuilder, other: PodBuilder, fits: boolean][] = [
  ["the same port", onPort(80), onPort(80), false],
  ["another port", onPort(80), onPort(81), true],
  ["another protocol", onPort(80), onPort(80, { protocol: "UDP" }), true],
  [
    "another address",
    onPort(80, { hostIP: "192.0.2.1" }),
    onPort(80, { hostIP: "192.0.2.2" }),
    true,
  ],
  [
    "the same address",
    onPort(80, { hostIP: "192.0.2.1" }),
    onPort(80, { hostIP: "192.0.2.1" }),
    false,
  ],
  ["one of all addresses", onPort(80, { hostIP: "192.0.2.1" }), onPort(80), false],
  ["a container's own port", onPort(0), onPort(0), true],
  [
    "a sidecar's port",
    onPort(80),
    web.sidecar("s", { ports: [{ containerPort: 1, hostPort: 80 }] }),
    false,
  ],
  [
    "an init container's port, which is not mapped",
    onPort(80),
    web.initContainer("i", { ports: [{ containerPort: 1, hostPort: 80 }] }),
    true,
  ],
  [
    "a port of the host's network",
    onPort(80),
    web.spec({ hostNetwork: true }).container("a", { ports: [{ containerPort: 80 }] }),
    false,
  ],
];

for (const [name, builder, other, fits] of ports) {
  Deno.test(`a pod beside one on ${name} is ${fits ? "admitted" : "refused"}`, () => {
    const verdict = admit(builder.build(), [other.build()]);
    assert.deepEqual(
      verdict,
      fits ? { ok: true } : {
        ok: false,
        reason: "NodePorts",
        message:
          "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
      },
    );
  });
}
