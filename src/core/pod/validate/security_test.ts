/** What Kubernetes finds wrong with security contexts. */
import assert from "node:assert/strict";
import { pod, type PodBuilder } from "../../../../tests/fakes/pods.ts";
import { problemsOf } from "../../../../tests/fakes/problems.ts";
import type { Container, PodSpec } from "../../k8s.ts";

const web = pod("web");

function ofPod(context: NonNullable<PodSpec["securityContext"]>): PodBuilder {
  return web.spec({ securityContext: context });
}

function own(context: NonNullable<Container["securityContext"]>): PodBuilder {
  return web.container("main", { securityContext: context });
}

const appArmor = "container.apparmor.security.beta.kubernetes.io";
const pattern = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";

const cases: readonly [about: string, pod: PodBuilder, expected: readonly string[]][] = [
  [
    "everything rightly",
    own({
      runAsUser: 0,
      runAsGroup: 2 ** 31 - 1,
      privileged: true,
      procMount: "Default",
      capabilities: { add: ["SYS_ADMIN"], drop: ["ALL"] },
      seccompProfile: { type: "Localhost", localhostProfile: "profiles/audit.json" },
      appArmorProfile: { type: "Localhost", localhostProfile: "k8s-nginx" },
      seLinuxOptions: { level: "s0:c1,c2" },
    }).annotations({ [`${appArmor}/main`]: "localhost/mine" }).spec({
      securityContext: {
        runAsUser: 5,
        fsGroup: 0,
        fsGroupChangePolicy: "OnRootMismatch",
        supplementalGroups: [1, 2],
        supplementalGroupsPolicy: "Strict",
        seLinuxChangePolicy: "Recursive",
        seccompProfile: { type: "RuntimeDefault" },
        sysctls: [
          { name: "net.ipv4.tcp_syncookies", value: "1" },
          { name: "net/ipv4/conf/eth0.1/x", value: "1" },
        ],
      },
    }),
    [],
  ],
  [
    "users and groups out of range",
    ofPod({
      runAsUser: -1,
      runAsGroup: 2 ** 31,
      fsGroup: -5,
      supplementalGroups: [0, -1],
    }),
    [
      "spec.securityContext.fsGroup: Invalid value: -5: must be between 0 and 2147483647, inclusive",
      "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
      "spec.securityContext.runAsGroup: Invalid value: 2147483648: must be between 0 and " +
      "2147483647, inclusive",
      "spec.securityContext.supplementalGroups[1]: Invalid value: -1: must be between 0 and " +
      "2147483647, inclusive",
    ],
  ],
  ["a container's user out of range", own({ runAsUser: -1, runAsGroup: -2 }), [
    "spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and " +
    "2147483647, inclusive",
    "spec.containers[0].securityContext.runAsGroup: Invalid value: -2: must be between 0 and " +
    "2147483647, inclusive",
  ]],
  [
    "words that are none",
    ofPod({
      fsGroupChangePolicy: "Never",
      supplementalGroupsPolicy: "merge",
      seLinuxChangePolicy: "Mount",
    }),
    [
      'spec.securityContext.fsGroupChangePolicy: Unsupported value: "Never": supported values: ' +
      '"Always", "OnRootMismatch"',
      'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "merge": supported ' +
      'values: "Merge", "Strict"',
      'spec.securityContext.seLinuxChangePolicy: Unsupported value: "Mount": supported values: ' +
      '"MountOption", "Recursive"',
    ],
  ],
  ["an unmasked /proc of the node", own({ procMount: "Unmasked" }), [
    'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must ' +
    "be false to use `Unmasked`",
  ]],
  [
    "an unmasked /proc of a user namespace",
    own({ procMount: "Unmasked" }).spec({ hostUsers: false }),
    [],
  ],
  ["an unknown /proc", own({ procMount: "None" }), [
    'spec.containers[0].securityContext.procMount: Unsupported value: "None": supported values: ' +
    '"Default", "Unmasked"',
  ]],
  [
    "privileges that are kept from growing",
    own({
      allowPrivilegeEscalation: false,
      privileged: true,
    }),
    [
      'spec.containers[0].securityContext: Invalid value: {"allowPrivilegeEscalation":false,' +
      '"privileged":true}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
  ],
  [
    "an administrator that is kept from growing",
    own({
      allowPrivilegeEscalation: false,
      capabilities: { add: ["CAP_SYS_ADMIN"] },
    }),
    [
      'spec.containers[0].securityContext: Invalid value: {"allowPrivilegeEscalation":false,' +
      '"capabilities":{"add":["CAP_SYS_ADMIN"]}}: cannot set `allowPrivilegeEscalation` to false ' +
      "and `capabilities.Add` CAP_SYS_ADMIN",
    ],
  ],
  ["windows options", ofPod({ windowsOptions: {} }), [
    "spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod",
  ]],
  ["a seccomp profile without its name", own({ seccompProfile: { type: "Localhost" } }), [
    "spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must " +
    "be set when seccomp type is Localhost",
  ]],
  [
    "a seccomp profile anywhere",
    ofPod({
      seccompProfile: { type: "Localhost", localhostProfile: "/etc/../x" },
    }),
    [
      'spec.securityContext.seccompProfile.localhostProfile: Invalid value: "/etc/../x": must be a ' +
      "relative path",
      'spec.securityContext.seccompProfile.localhostProfile: Invalid value: "/etc/../x": must not ' +
      "contain '..'",
    ],
  ],
  [
    "seccomp profiles of no type",
    ofPod({
      seccompProfile: { type: "runtime/default", localhostProfile: "x" },
    }),
    [
      'spec.securityContext.seccompProfile.type: Unsupported value: "runtime/default": supported ' +
      'values: "Localhost", "RuntimeDefault", "Unconfined"',
      'spec.securityContext.seccompProfile.localhostProfile: Invalid value: "x": can only be set ' +
      "when seccomp type is Localhost",
    ],
  ],
  ["an AppArmor profile without a type", own({ appArmorProfile: { type: "" } }), [
    "spec.containers[0].securityContext.appArmorProfile.type: Required value: type is required " +
    "when appArmorProfile is set",
  ]],
  [
    "an AppArmor profile without its name",
    own({
      appArmorProfile: { type: "Localhost", localhostProfile: "" },
    }),
    [
      "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Required value: must " +
      "be set when AppArmor type is Localhost",
    ],
  ],
  [
    "an AppArmor profile that is padded and too long",
    own({
      appArmorProfile: { type: "Localhost", localhostProfile: ` ${"x".repeat(4_095)}` },
    }),
    [
      "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Invalid value: " +
      `" ${"x".repeat(98)}…: must not be padded with whitespace`,
      "spec.containers[0].securityContext.appArmorProfile.localhostProfile: Too long: may not be " +
      "more than 4095 bytes",
    ],
  ],
  [
    "annotations for AppArmor",
    web.container("main").annotations({
      [`${appArmor}/main`]: "mine",
      [`${appArmor}/other`]: "unconfined",
      [`${appArmor}/third`]: "",
    }),
    [
      `metadata.annotations[${appArmor}/main]: Invalid value: "mine": invalid AppArmor profile ` +
      'name: "mine"',
      `metadata.annotations[${appArmor}/other]: Invalid value: "other": container not found`,
      `metadata.annotations[${appArmor}/third]: Invalid value: "third": container not found`,
    ],
  ],
  [
    "sysctls without name, form and measure",
    ofPod({
      sysctls: [
        { name: "", value: "1" },
        { name: "Net.x", value: "1" },
        { name: "net.core.x", value: "1" },
        { name: "net.core.x", value: "2" },
        { name: "a".repeat(254), value: "1" },
      ],
    }),
    [
      "spec.securityContext.sysctls[0].name: Required value",
      'spec.securityContext.sysctls[1].name: Invalid value: "Net.x": must have at most 253 ' +
      `characters and match regex ${pattern}`,
      'spec.securityContext.sysctls[3].name: Duplicate value: "net.core.x"',
      `spec.securityContext.sysctls[4].name: Invalid value: "${"a".repeat(99)}…: must have at ` +
      `most 253 characters and match regex ${pattern}`,
    ],
  ],
  [
    "sysctls of the node's namespaces",
    ofPod({
      sysctls: [{ name: "net/core/x", value: "1" }, { name: "kernel.sem", value: "1" }],
    }).spec({ hostNetwork: true, hostIPC: true }),
    [
      'spec.securityContext.sysctls[0].name: Invalid value: "net/core/x": may not be specified ' +
      "when 'hostNetwork' is true",
      'spec.securityContext.sysctls[1].name: Invalid value: "kernel.sem": may not be specified ' +
      "when 'hostIPC' is true",
    ],
  ],
  [
    "mounts for all to see by a container with all privileges",
    web.volume("data").container("main", {
      securityContext: { privileged: true },
      volumeMounts: [{ name: "data", mountPath: "/data", mountPropagation: "Bidirectional" }],
    }),
    [],
  ],
];

for (const [about, builder, expected] of cases) {
  Deno.test(`validation of security: ${about}`, () => {
    assert.deepEqual(problemsOf(builder), expected);
  });
}
