/** Which pods this node refuses. */
import assert from "node:assert/strict";
import { admissionNode } from "../../../tests/fakes/admission_node.ts";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import type { ContainerPort } from "../k8s.ts";
import type { AdmissionNode } from "./admission/node.ts";
import { type Admission, admit, admitAgain } from "./admit.ts";

const web = pod("web");
const admitted: Admission = { ok: true, preempts: [] };

function verdict(
  builder: PodBuilder,
  { node = {}, others = [] }: {
    readonly node?: Partial<AdmissionNode>;
    readonly others?: readonly PodBuilder[];
  } = {},
): Admission {
  const pods = others.map((other) => other.build());
  return admit(builder.build(), { node: admissionNode(node), others: pods });
}

Deno.test("a pod with nothing special is admitted", () => {
  assert.deepEqual(verdict(web), admitted);
  assert.deepEqual(verdict(web.spec({ os: { name: "linux" } })), admitted);
});

Deno.test("a node that is not measured takes what it could never hold", () => {
  const big = web.container("main", { resources: { requests: { cpu: "4000" } } });
  assert.deepEqual(verdict(big), admitted);
});

Deno.test("of several reasons the one that the kubelet comes upon first is told", () => {
  const all = web
    .spec({
      hostUsers: false,
      os: { name: "windows" },
      nodeSelector: { disk: "ssd" },
      securityContext: {
        sysctls: [{ name: "vm.swappiness", value: "1" }],
        supplementalGroupsPolicy: "Strict",
        appArmorProfile: { type: "RuntimeDefault" },
      },
    })
    .container("main", { resources: { requests: { cpu: "4" } } });
  const node = { allocatable: { pods: "1" }, appArmor: false, supplementalGroupsPolicy: false };
  const short: Partial<AdmissionNode> = { ...node, pressures: ["DiskPressure"] };
  const { securityContext = {} } = all.build().spec;
  const withoutSysctls = all.spec({ securityContext: { ...securityContext, sysctls: [] } });
  const withoutSystem = withoutSysctls.spec({ os: { name: "linux" } });
  const withoutPolicy = withoutSystem.spec({
    securityContext: { appArmorProfile: { type: "RuntimeDefault" } },
  });
  const measured = [
    verdict(all, { node: short }),
    verdict(all, { node }),
    verdict(withoutSysctls, { node }),
    verdict(withoutSystem, { node }),
    verdict(withoutPolicy, { node }),
    verdict(withoutPolicy, { node: { ...node, allocatable: null } }),
    verdict(withoutPolicy.spec({ nodeSelector: {} }), { node: { ...node, allocatable: null } }),
    verdict(withoutPolicy.spec({ nodeSelector: {} })),
  ];
  assert.deepEqual(measured.map((each) => each.ok ? "" : each.reason), [
    "Evicted",
    "SysctlForbidden",
    "PodOSNotSupported",
    "SupplementalGroupsPolicyNotSupported",
    "OutOfcpu",
    "NodeAffinity",
    "AppArmor",
    "UnsupportedField",
  ]);
});

Deno.test("a pod that has its place keeps it, whatever the node has become", () => {
  const pinned = web.spec({ nodeSelector: { disk: "ssd" } });
  assert.deepEqual(admitAgain(pinned.build()), admitted);
  const { ok } = admitAgain(web.spec({ hostUsers: false }).build());
  assert.equal(ok, false);
});

const refused: readonly [name: string, pod: PodBuilder, reason: string, message: string][] = [
  [
    "fields that are not supported",
    web.container("a", { volumeDevices: [{ name: "a", devicePath: "/a" }] }).spec({
      hostUsers: false,
    }),
    "UnsupportedField",
    "The pod uses what this agent does not support: spec.containers[0].volumeDevices, " +
    "spec.hostUsers",
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
];

for (const [name, builder, reason, message] of refused) {
  Deno.test(`a pod that asks for ${name} is refused`, () => {
    assert.deepEqual(verdict(builder), { ok: false, reason, message });
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
    assert.deepEqual(
      verdict(builder, { others: [other] }),
      fits ? admitted : {
        ok: false,
        reason: "NodePorts",
        message:
          "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
      },
    );
  });
}
