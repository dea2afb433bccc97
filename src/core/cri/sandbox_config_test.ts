/** Sandboxes as the runtime is told of them. */
import assert from "node:assert/strict";
import { node, type NodeOverrides } from "../../../tests/fakes/node.ts";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import { podDns } from "./dns.ts";
import { sandboxConfig } from "./sandbox_config.ts";
import type { PortMapping, SandboxConfig } from "./types.ts";

const web = pod("web");

function configOf(builder: PodBuilder, overrides: NodeOverrides = {}): SandboxConfig {
  return sandboxConfig({ pod: builder.build(), attempt: 2, node: node(overrides) });
}

Deno.test("a plain pod", () => {
  const built = web.labels({ app: "shop" }).annotations({ "example.org/note": "hi" });
  assert.deepEqual(configOf(built), {
    metadata: { name: "web", namespace: "default", uid: "web-uid", attempt: 2 },
    hostname: "web",
    logDirectory: "/var/log/pods/default_web_web-uid",
    dns: podDns({ pod: built.build(), node: node() }).config,
    portMappings: [],
    labels: {
      app: "shop",
      "io.kubernetes.pod.name": "web",
      "io.kubernetes.pod.namespace": "default",
      "io.kubernetes.pod.uid": "web-uid",
    },
    annotations: { "example.org/note": "hi" },
    cgroupParent: "/kubepods/besteffort/podweb-uid",
    security: {
      namespaces: { network: "Pod", pid: "Container", ipc: "Pod" },
      supplementalGroups: [],
      seccomp: { type: "RuntimeDefault" },
      privileged: false,
    },
    sysctls: {},
    resources: { cpuShares: 2, cpuQuota: 0, cpuPeriod: 100_000 },
  });
});

Deno.test("a sandbox is told what its containers ask for together", () => {
  const each = { requests: { cpu: "250m" }, limits: { cpu: "500m", memory: "64Mi" } };
  const built = web.container("a", { resources: each }).container("b", { resources: each });
  const expected = {
    cpuShares: 512,
    cpuQuota: 100_000,
    cpuPeriod: 100_000,
    memoryLimitBytes: 128 * 1024 ** 2,
  };
  assert.deepEqual(configOf(built).resources, expected);
  const { resources } = configOf(built, { cgroups: { version: 2, swapAccounting: true } });
  assert.deepEqual(resources, { ...expected, unified: { "memory.oom.group": "1" } });
});

Deno.test("a pod's label cannot take the place of the kubelet's", () => {
  const { labels } = configOf(web.labels({ "io.kubernetes.pod.uid": "another" }));
  assert.equal(labels["io.kubernetes.pod.uid"], "web-uid");
});

const burstable = web.container("main", { resources: { requests: { cpu: "1" } } });
const parents = [
  { cgroups: {}, parent: "/kubepods/burstable/podweb-uid" },
  { cgroups: { root: "/edge" }, parent: "/edge/kubepods/burstable/podweb-uid" },
  { cgroups: { driver: "systemd" }, parent: "kubepods-burstable-podweb_uid.slice" },
  { cgroups: { perQos: false }, parent: undefined },
] as const;

for (const { cgroups, parent } of parents) {
  Deno.test(`with ${JSON.stringify(cgroups)} the cgroup's parent is ${parent}`, () => {
    const config = configOf(burstable, { cgroups });
    assert.equal(config.cgroupParent, parent);
    assert.equal("cgroupParent" in config, parent !== undefined);
  });
}

const ports: readonly {
  readonly title: string;
  readonly pod: PodBuilder;
  readonly expected: readonly PortMapping[];
}[] = [
  {
    title: "only ports of the host are mapped",
    pod: web.container("main", {
      ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 8081 }],
    }),
    expected: [{ protocol: "TCP", containerPort: 81, hostPort: 8081 }],
  },
  {
    title: "protocols and the host's address",
    pod: web.container("main", {
      ports: [
        { containerPort: 53, hostPort: 53, protocol: "UDP", hostIP: "127.0.0.1" },
        { containerPort: 99, hostPort: 99, protocol: "SCTP", hostIP: "" },
      ],
    }),
    expected: [
      { protocol: "UDP", containerPort: 53, hostPort: 53, hostIp: "127.0.0.1" },
      { protocol: "SCTP", containerPort: 99, hostPort: 99 },
    ],
  },
  {
    title: "sidecars have ports, init containers have none",
    pod: web.initContainer("init", { ports: [{ containerPort: 1, hostPort: 1 }] })
      .sidecar("proxy", { ports: [{ containerPort: 2, hostPort: 2 }] })
      .container("main", { ports: [{ containerPort: 3, hostPort: 3 }] }),
    expected: [
      { protocol: "TCP", containerPort: 3, hostPort: 3 },
      { protocol: "TCP", containerPort: 2, hostPort: 2 },
    ],
  },
  {
    title: "on the host's network there is nothing to map",
    pod: web.container("main", { ports: [{ containerPort: 80 }] }).spec({ hostNetwork: true }),
    expected: [],
  },
];

for (const { title, pod, expected } of ports) {
  Deno.test(title, () => assert.deepEqual(configOf(pod).portMappings, expected));
}

Deno.test("on the host's network the node's name and resolver hold", () => {
  const { hostname, dns, security: { namespaces } } = configOf(web.spec({ hostNetwork: true }));
  assert.equal(hostname, "");
  assert.deepEqual(dns?.servers, ["192.0.2.53"]);
  assert.equal(namespaces.network, "Node");
});

Deno.test("setHostnameAsFQDN, and the short name where the full one is too long", () => {
  const full = (name: string): string =>
    configOf(pod(name).spec({ subdomain: "shop", setHostnameAsFQDN: true })).hostname;
  assert.equal(full("web"), "web.shop.default.svc.cluster.local");
  assert.equal(full("w".repeat(40)), "w".repeat(40));
});

Deno.test("what a pod's runtime class costs is told apart from what its containers ask for", () => {
  const { resources, overhead } = configOf(
    web.container("main", { resources: { limits: { cpu: "1", memory: "64Mi" } } })
      .spec({ overhead: { cpu: "250m", memory: "16Mi" } }),
  );
  assert.equal(resources.memoryLimitBytes, 64 * 1024 ** 2);
  assert.equal(overhead?.memoryLimitBytes, 16 * 1024 ** 2);
  assert.deepEqual([overhead?.cpuShares, overhead?.cpuQuota], [256, 25_000]);
  assert.equal(configOf(web).overhead, undefined);
});
