/** What containers may do, by their own security context and their pod's. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { Container, PodSpec } from "../k8s.ts";
import { containerSecurity } from "./security.ts";
import type { ContainerSecurity, Image } from "./types.ts";

const image: Image = {
  id: "sha256:1",
  tags: [],
  digests: [],
  sizeBytes: 1,
  username: "",
  pinned: false,
};

type PodContext = NonNullable<PodSpec["securityContext"]>;
type ContainerContext = NonNullable<Container["securityContext"]>;

interface Given {
  readonly ofPod?: PodContext;
  readonly own?: ContainerContext;
  readonly image?: Partial<Image>;
}

function outcome({ ofPod = {}, own, image: fields = {} }: Given) {
  const securityContext = own === undefined ? {} : { securityContext: own };
  const built = pod("web").spec({ securityContext: ofPod }).container("main", securityContext)
    .build();
  const [container = assert.fail()] = built.spec.containers;
  return containerSecurity({
    pod: built,
    container,
    image: { ...image, ...fields },
    node: node({ maskedPaths: ["/sys/of/this/machine"] }),
  });
}

function security(given: Given): ContainerSecurity {
  const result = outcome(given);
  return result.ok ? result.value : assert.fail(result.error);
}

Deno.test("a container that says nothing runs as the image's user with the runtime's privileges", () => {
  const { maskedPaths, readonlyPaths, ...rest } = security({});
  assert.deepEqual(rest, {
    namespaces: { network: "Pod", pid: "Container", ipc: "Pod" },
    supplementalGroups: [],
    runAsUser: 0,
    privileged: false,
    readonlyRootfs: false,
    noNewPrivileges: false,
    seccomp: { type: "Unconfined" },
  });
  assert.ok(maskedPaths.includes("/proc/kcore") && readonlyPaths.includes("/proc/sys"));
  assert.equal(maskedPaths.at(-1), "/sys/of/this/machine");
});

Deno.test("a container that looks into another sees its processes, whatever the pod shares", () => {
  const pods = [
    pod("web"),
    pod("web").spec({ shareProcessNamespace: true, hostIPC: true }),
  ];
  const seen = pods.map((builder) => {
    const built = builder.build();
    const [container = assert.fail()] = built.spec.containers;
    const result = containerSecurity({
      pod: built,
      container,
      image,
      node: node(),
      targetId: "c7",
    });
    return result.ok ? result.value.namespaces : result.error;
  });
  assert.deepEqual(seen, [
    { network: "Pod", pid: "Target", ipc: "Pod", targetId: "c7" },
    { network: "Pod", pid: "Target", ipc: "Node", targetId: "c7" },
  ]);
});

Deno.test("nothing of /proc is kept from a container with an unmasked one", () => {
  const { maskedPaths, readonlyPaths } = security({ own: { procMount: "Unmasked" } });
  assert.deepEqual([maskedPaths, readonlyPaths], [[], []]);
  assert.ok(security({ own: { procMount: "Default" } }).maskedPaths.length > 0);
});

/** Fields that must be so; undefined ones must not be there. */
type Expected = { readonly [K in keyof ContainerSecurity]?: ContainerSecurity[K] | undefined };

const cases: readonly (readonly [about: string, Given, Expected])[] = [
  ["the image's user by number", { image: { uid: 1000 } }, { runAsUser: 1000 }],
  ["the image's root by number", { image: { uid: 0 } }, { runAsUser: 0 }],
  ["the image's user by name", { image: { username: "app" } }, {
    runAsUser: undefined,
    runAsUsername: "app",
  }],
  ["the pod's user over the image's", { ofPod: { runAsUser: 5 }, image: { username: "app" } }, {
    runAsUser: 5,
    runAsUsername: undefined,
  }],
  ["the container's user over the pod's", { ofPod: { runAsUser: 5 }, own: { runAsUser: 0 } }, {
    runAsUser: 0,
  }],
  ["the pod's group", { ofPod: { runAsGroup: 6 }, own: {} }, { runAsGroup: 6 }],
  ["the container's group", { ofPod: { runAsGroup: 6 }, own: { runAsGroup: 0 } }, {
    runAsGroup: 0,
  }],
  ["the pod's groups", { ofPod: { fsGroup: 1, supplementalGroups: [2] } }, {
    supplementalGroups: [1, 2],
  }],
  ["the pod's SELinux options", { ofPod: { seLinuxOptions: { level: "s0" } }, own: {} }, {
    seLinux: { level: "s0" },
  }],
  [
    "the container's SELinux options as a whole",
    { ofPod: { seLinuxOptions: { level: "s0" } }, own: { seLinuxOptions: { role: "r" } } },
    { seLinux: { role: "r" } },
  ],
  ["privileges", { own: { privileged: true } }, { privileged: true }],
  ["a root file system for reading", { own: { readOnlyRootFilesystem: true } }, {
    readonlyRootfs: true,
  }],
  ["escalation forbidden", { own: { allowPrivilegeEscalation: false } }, { noNewPrivileges: true }],
  ["escalation allowed", { own: { allowPrivilegeEscalation: true } }, { noNewPrivileges: false }],
  ["capabilities as they are written", {
    own: { capabilities: { add: ["NET_ADMIN", "CAP_SYS_TIME"], drop: ["ALL"] } },
  }, { capabilities: { add: ["NET_ADMIN", "CAP_SYS_TIME"], drop: ["ALL"] } }],
  ["capabilities dropped alone", { own: { capabilities: { drop: ["chown"] } } }, {
    capabilities: { add: [], drop: ["chown"] },
  }],
  ["the runtime's AppArmor profile", { ofPod: { appArmorProfile: { type: "RuntimeDefault" } } }, {
    appArmor: { type: "RuntimeDefault" },
  }],
  [
    "the pod's seccomp profile",
    { ofPod: { seccompProfile: { type: "RuntimeDefault" } }, own: {} },
    {
      seccomp: { type: "RuntimeDefault" },
    },
  ],
];

for (const [about, given, expected] of cases) {
  Deno.test(`a container's security: ${about}`, () => {
    const found = security(given);
    for (const [field, value] of Object.entries(expected)) {
      assert.deepEqual(Reflect.get(found, field), value, field);
    }
  });
}

const failures: readonly (readonly [about: string, Given, error: string])[] = [
  [
    "root in spite of runAsNonRoot",
    { ofPod: { runAsNonRoot: true } },
    'container has runAsNonRoot and image will run as root (pod: "web_default(web-uid)", ' +
    "container: main)",
  ],
  [
    "a seccomp profile without a name",
    { own: { seccompProfile: { type: "Localhost" } } },
    "localhostProfile must be set if seccompProfile type is Localhost.",
  ],
  [
    "an AppArmor profile without a name",
    { own: { appArmorProfile: { type: "Localhost" } } },
    "missing localhost apparmor profile name",
  ],
  [
    "an AppArmor profile of an unknown type",
    { own: { appArmorProfile: { type: "Maybe" } } },
    'unknown apparmor profile type: "Maybe"',
  ],
];

for (const [about, given, error] of failures) {
  Deno.test(`a container is not configured: ${about}`, () => {
    assert.deepEqual(outcome(given), { ok: false, error });
  });
}
