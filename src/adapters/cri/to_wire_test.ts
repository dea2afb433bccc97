/** What of a configuration reaches the runtime, and what is left for it to choose. */
import assert from "node:assert/strict";
import type { ContainerConfig, SandboxConfig } from "../../core/cri/types.ts";
import { containerConfigToWire } from "./container_to_wire.ts";
import {
  NamespaceMode,
  SecurityProfile_ProfileType as ProfileType,
  SupplementalGroupsPolicy,
} from "./gen/runtime/v1/common.ts";
import { ContainerConfig as WireContainer, MountPropagation } from "./gen/runtime/v1/container.ts";
import { PodSandboxConfig, Protocol } from "./gen/runtime/v1/sandbox_config.ts";
import { sandboxConfigToWire } from "./sandbox_to_wire.ts";

const sandbox: SandboxConfig = {
  metadata: { name: "web", namespace: "default", uid: "u", attempt: 2 },
  hostname: "web",
  logDirectory: "/var/log/pods/x",
  portMappings: [],
  labels: { a: "b" },
  annotations: {},
  security: {
    namespaces: { network: "Node", pid: "Container", ipc: "Pod" },
    seccomp: { type: "Localhost", localhostRef: "/profile.json" },
  },
  sysctls: {},
  resources: { cpuShares: 512, memoryLimitBytes: 1 << 20 },
};

const container: ContainerConfig = {
  metadata: { name: "main", attempt: 1 },
  image: "sha256:abc",
  userSpecifiedImage: "app:1",
  command: ["a"],
  args: ["b"],
  workingDir: "/",
  env: [{ key: "K", value: "ü" }],
  mounts: [],
  labels: {},
  annotations: {},
  logPath: "main/1.log",
  stdin: true,
  stdinOnce: true,
  tty: true,
  resources: {},
  security: {
    namespaces: { network: "Pod", pid: "Target", ipc: "Pod", targetId: "c7" },
    seccomp: { type: "Unconfined" },
    maskedPaths: ["/proc/kcore"],
    readonlyPaths: ["/proc/sys"],
  },
};

/** Through the wire and back, as the runtime reads it. */
function sentSandbox(config: SandboxConfig): PodSandboxConfig {
  return PodSandboxConfig.decode(PodSandboxConfig.encode(sandboxConfigToWire(config)).finish());
}

function sentContainer(config: ContainerConfig): WireContainer {
  return WireContainer.decode(WireContainer.encode(containerConfigToWire(config)).finish());
}

Deno.test("a sandbox without options leaves them to the runtime", () => {
  const sent = sentSandbox(sandbox);
  assert.deepEqual(sent.metadata, { name: "web", uid: "u", namespace: "default", attempt: 2 });
  assert.equal(sent.dnsConfig, undefined);
  assert.equal(sent.linux?.cgroupParent, "");
  assert.equal(sent.linux?.securityContext?.runAsUser, undefined);
});

Deno.test("a sandbox is told what its containers ask for, and that it has no overhead", () => {
  const { resources, overhead } = sentSandbox(sandbox).linux ?? assert.fail();
  assert.equal(resources?.cpuShares, 512n);
  assert.equal(resources?.memoryLimitInBytes, 1n << 20n);
  assert.equal(overhead?.cpuShares, 0n);
});

Deno.test("a sandbox's namespaces, profile, ports and names are sent", () => {
  const sent = sentSandbox({
    ...sandbox,
    dns: { servers: ["192.0.2.1"], searches: ["a.test"], options: ["ndots:5"] },
    cgroupParent: "/kubepods/podu",
    sysctls: { "net.core.somaxconn": "1" },
    portMappings: [{ protocol: "UDP", containerPort: 53, hostPort: 5353, hostIp: "127.0.0.1" }],
  });
  const { securityContext, sysctls, cgroupParent } = sent.linux ?? assert.fail();
  assert.equal(securityContext?.namespaceOptions?.network, NamespaceMode.NODE);
  assert.equal(securityContext?.namespaceOptions?.pid, NamespaceMode.CONTAINER);
  assert.deepEqual(securityContext?.seccomp, {
    profileType: ProfileType.Localhost,
    localhostRef: "/profile.json",
  });
  assert.equal(cgroupParent, "/kubepods/podu");
  assert.equal(sysctls["net.core.somaxconn"], "1");
  assert.deepEqual(sent.dnsConfig?.options, ["ndots:5"]);
  assert.deepEqual(sent.portMappings, [
    { protocol: Protocol.UDP, containerPort: 53, hostPort: 5353, hostIp: "127.0.0.1" },
  ]);
});

Deno.test("a container without limits and user leaves them to the kernel and the image", () => {
  const { resources, securityContext } = sentContainer(container).linux ?? assert.fail();
  assert.deepEqual([resources?.cpuQuota, resources?.memoryLimitInBytes], [0n, 0n]);
  assert.equal(securityContext?.runAsUser, undefined);
  assert.equal(securityContext?.seccomp?.profileType, ProfileType.Unconfined);
  assert.equal(securityContext?.namespaceOptions?.pid, NamespaceMode.TARGET);
  assert.equal(securityContext?.namespaceOptions?.targetId, "c7");
});

Deno.test("a container's user 0, limits, mounts and environment are sent", () => {
  const sent = sentContainer({
    ...container,
    mounts: [
      { containerPath: "/a", hostPath: "/b", readonly: true, propagation: "Bidirectional" },
      { containerPath: "/c", hostPath: "/d", readonly: false, propagation: "HostToContainer" },
    ],
    resources: {
      cpuPeriod: 100_000,
      cpuQuota: -1,
      cpuShares: 2,
      memoryLimitBytes: 2 ** 40,
      memorySwapLimitBytes: 2 ** 40,
      oomScoreAdj: -997,
      unified: { "memory.high": "1" },
    },
    security: { ...container.security, runAsUser: 0, runAsUsername: "" },
  });
  assert.deepEqual(sent.image?.userSpecifiedImage, "app:1");
  assert.equal(new TextDecoder().decode(sent.envs[0]?.value), "ü");
  assert.deepEqual(
    sent.mounts.map(({ readonly, propagation }) => [readonly, propagation]),
    [
      [true, MountPropagation.PROPAGATION_BIDIRECTIONAL],
      [false, MountPropagation.PROPAGATION_HOST_TO_CONTAINER],
    ],
  );
  const { resources, securityContext } = sent.linux ?? assert.fail();
  assert.equal(resources?.memoryLimitInBytes, 1n << 40n);
  assert.deepEqual([resources?.oomScoreAdj, resources?.cpuQuota], [-997n, -1n]);
  assert.equal(resources?.unified["memory.high"], "1");
  assert.deepEqual(securityContext?.runAsUser, { value: 0n });
  assert.deepEqual(securityContext?.maskedPaths, ["/proc/kcore"]);
});

Deno.test("a sandbox's user, groups and SELinux options are sent, and that it is privileged", () => {
  const sent = sentSandbox({
    ...sandbox,
    security: {
      ...sandbox.security,
      runAsUser: 0,
      runAsGroup: 5,
      supplementalGroups: [6, 7],
      supplementalGroupsPolicy: "Strict",
      seLinux: { level: "s0:c1" },
      privileged: true,
    },
  });
  const { securityContext } = sent.linux ?? assert.fail();
  assert.deepEqual(securityContext?.runAsUser, { value: 0n });
  assert.deepEqual(securityContext?.runAsGroup, { value: 5n });
  assert.deepEqual(securityContext?.supplementalGroups, [6n, 7n]);
  assert.equal(securityContext?.supplementalGroupsPolicy, SupplementalGroupsPolicy.Strict);
  assert.deepEqual(securityContext?.selinuxOptions, {
    user: "",
    role: "",
    type: "",
    level: "s0:c1",
  });
  assert.equal(securityContext?.privileged, true);
});

Deno.test("a container's groups, privileges and profiles are sent", () => {
  const sent = sentContainer({
    ...container,
    security: {
      ...container.security,
      runAsUsername: "app",
      runAsGroup: 5,
      supplementalGroups: [6],
      privileged: true,
      capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] },
      appArmor: { type: "Localhost", localhostRef: "mine" },
      readonlyRootfs: true,
      noNewPrivileges: true,
    },
  });
  const { securityContext } = sent.linux ?? assert.fail();
  assert.equal(securityContext?.runAsUsername, "app");
  assert.deepEqual(securityContext?.runAsGroup, { value: 5n });
  assert.deepEqual(securityContext?.supplementalGroups, [6n]);
  assert.equal(securityContext?.supplementalGroupsPolicy, SupplementalGroupsPolicy.Merge);
  assert.equal(securityContext?.privileged, true);
  assert.deepEqual(securityContext?.capabilities?.addCapabilities, ["NET_ADMIN"]);
  assert.deepEqual(securityContext?.capabilities?.dropCapabilities, ["ALL"]);
  assert.deepEqual(securityContext?.apparmor, {
    profileType: ProfileType.Localhost,
    localhostRef: "mine",
  });
  assert.equal(securityContext?.readonlyRootfs, true);
  assert.equal(securityContext?.noNewPrivs, true);
});

Deno.test("a container that asks for nothing special has no privileges, profiles and groups", () => {
  const { securityContext } = sentContainer(container).linux ?? assert.fail();
  assert.equal(securityContext?.privileged, false);
  assert.equal(securityContext?.readonlyRootfs, false);
  assert.equal(securityContext?.noNewPrivs, false);
  assert.equal(securityContext?.capabilities, undefined);
  assert.equal(securityContext?.apparmor, undefined);
  assert.equal(securityContext?.selinuxOptions, undefined);
  assert.equal(securityContext?.runAsGroup, undefined);
  assert.deepEqual(securityContext?.supplementalGroups, []);
});
