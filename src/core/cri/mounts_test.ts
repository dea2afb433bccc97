/** What is mounted where. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import type { Container } from "../k8s.ts";
import { containerMounts, type ContainerMountsInput, subPathBinds } from "./mounts.ts";
import type { Mount } from "./types.ts";

const { paths } = node();
const env = new Map([["POD_NAME", "web"], ["EMPTY", ""]]);
const web = pod("web")
  .volume("cache")
  .volume("shm", { emptyDir: { medium: "Memory" } })
  .volume("data", { hostPath: { path: "/srv/data" } })
  .volume("conf", { configMap: { name: "conf" } })
  .volume("keys", { secret: { secretName: "keys" } })
  .volume("self", { downwardAPI: {} })
  .volume("api", { projected: {} });

function inputFor(
  builder: PodBuilder,
  fields: Partial<Container>,
  { podIps = ["10.88.0.2"], recursiveReadOnly = false }: Partial<ContainerMountsInput> = {},
): ContainerMountsInput {
  const pod = builder.container("main", fields).build();
  const [container] = pod.spec.containers;
  assert.ok(container);
  return { pod, container, attempt: 3, paths, podIps, env, recursiveReadOnly };
}

function mountsOf(...given: Parameters<typeof inputFor>): ReturnType<typeof containerMounts> {
  return containerMounts(inputFor(...given));
}

/** `CONTAINER <- HOST`, with what is out of the ordinary behind it. */
function told({ containerPath, hostPath, readonly, propagation }: Mount): string {
  const marks = [readonly ? "ro" : "", propagation === "Private" ? "" : propagation];
  return [containerPath, "<-", hostPath, ...marks].filter((part) => part !== "").join(" ");
}

const pods = "/var/lib/skerry/pods/web-uid";
const hosts = `/etc/hosts <- ${pods}/etc-hosts`;
const lastWords = `/dev/termination-log <- ${pods}/containers/main/3`;

const cases: readonly {
  readonly title: string;
  readonly pod?: PodBuilder;
  readonly fields?: Partial<Container>;
  readonly podIps?: readonly string[];
  readonly mounts: readonly string[];
}[] = [
  {
    title: "every container gets a hosts file and a place for its last words",
    mounts: [hosts, lastWords],
  },
  {
    title: "emptyDir volumes lie in the pod's directory, hostPath volumes where they are",
    fields: {
      volumeMounts: [
        { name: "data", mountPath: "/data", readOnly: true },
        { name: "cache", mountPath: "/var/cache" },
        { name: "shm", mountPath: "/dev/shm" },
        { name: "cache", mountPath: "/tmp" },
      ],
    },
    mounts: [
      "/data <- /srv/data ro",
      `/var/cache <- ${pods}/volumes/kubernetes.io~empty-dir/cache`,
      `/dev/shm <- ${pods}/volumes/kubernetes.io~empty-dir/shm`,
      `/tmp <- ${pods}/volumes/kubernetes.io~empty-dir/cache`,
      hosts,
      lastWords,
    ],
  },
  {
    title: "mountPropagation",
    fields: {
      volumeMounts: [
        { name: "data", mountPath: "/a", mountPropagation: "None" },
        { name: "data", mountPath: "/b", mountPropagation: "HostToContainer" },
        { name: "data", mountPath: "/c", mountPropagation: "Bidirectional" },
      ],
    },
    mounts: [
      "/a <- /srv/data",
      "/b <- /srv/data HostToContainer",
      "/c <- /srv/data Bidirectional",
      hosts,
      lastWords,
    ],
  },
  {
    title: "a volume at /etc/hosts goes first",
    fields: { volumeMounts: [{ name: "data", mountPath: "/etc/hosts" }] },
    mounts: ["/etc/hosts <- /srv/data", lastWords],
  },
  {
    title: "volumes that the agent fills are only read",
    fields: {
      volumeMounts: ["conf", "keys", "self", "api"].map((name) => ({
        name,
        mountPath: `/${name}`,
      })),
    },
    mounts: [
      `/conf <- ${pods}/volumes/kubernetes.io~configmap/conf ro`,
      `/keys <- ${pods}/volumes/kubernetes.io~secret/keys ro`,
      `/self <- ${pods}/volumes/kubernetes.io~downward-api/self ro`,
      `/api <- ${pods}/volumes/kubernetes.io~projected/api ro`,
      hosts,
      lastWords,
    ],
  },
  {
    title: "parts of volumes are bound to places of their own",
    fields: {
      volumeMounts: [
        { name: "cache", mountPath: "/all" },
        { name: "cache", mountPath: "/part", subPath: "a/b" },
        { name: "conf", mountPath: "/app.conf", subPathExpr: "$(POD_NAME).conf" },
      ],
    },
    mounts: [
      `/all <- ${pods}/volumes/kubernetes.io~empty-dir/cache`,
      `/part <- ${pods}/volume-subpaths/cache/main/1`,
      `/app.conf <- ${pods}/volume-subpaths/conf/main/2 ro`,
      hosts,
      lastWords,
    ],
  },
  { title: "no address yet, no hosts file", podIps: [], mounts: [lastWords] },
  {
    title: "the host's network has a hosts file anyway",
    pod: web.spec({ hostNetwork: true }),
    podIps: [],
    mounts: [hosts, lastWords],
  },
  {
    title: "another terminationMessagePath",
    fields: { terminationMessagePath: "/tmp/why" },
    mounts: [hosts, `/tmp/why <- ${pods}/containers/main/3`],
  },
  {
    title: "paths that are not absolute are taken from the root",
    fields: {
      terminationMessagePath: "why",
      volumeMounts: [{ name: "data", mountPath: "data" }],
    },
    mounts: ["/data <- /srv/data", hosts, `/why <- ${pods}/containers/main/3`],
  },
  {
    title: "no terminationMessagePath, no place for last words",
    fields: { terminationMessagePath: "" },
    mounts: [hosts],
  },
];

for (const { title, pod = web, fields = {}, podIps, mounts } of cases) {
  Deno.test(title, () => {
    const result = mountsOf(pod, fields, podIps === undefined ? {} : { podIps });
    assert.ok(result.ok);
    assert.deepEqual(result.value.map(told), mounts);
  });
}

Deno.test("a mount of no volume is told by name", () => {
  assert.deepEqual(mountsOf(web, { volumeMounts: [{ name: "gone", mountPath: "/x" }] }), {
    ok: false,
    error: 'cannot find volume "gone" to mount into container "main"',
  });
});

Deno.test("what is to be bound is told with its volume", () => {
  const volumeMounts = [
    { name: "data", mountPath: "/all" },
    { name: "data", mountPath: "/part", subPath: "a/b" },
    { name: "cache", mountPath: "/own", subPathExpr: "$(POD_NAME)" },
  ];
  assert.deepEqual(subPathBinds(inputFor(web, { volumeMounts })), {
    ok: true,
    value: [
      {
        volume: "data",
        volumePath: "/srv/data",
        subPath: "a/b",
        path: `${pods}/volume-subpaths/data/main/1`,
      },
      {
        volume: "cache",
        volumePath: `${pods}/volumes/kubernetes.io~empty-dir/cache`,
        subPath: "web",
        path: `${pods}/volume-subpaths/cache/main/2`,
      },
    ],
  });
});

const badParts = [
  [{ subPath: "/etc" }, "error SubPath `/etc` must not be an absolute path"],
  [{ subPath: "a/../.." }, "unable to provision SubPath `a/../..`: must not contain '..'"],
  [{ subPathExpr: "$(UNSET)/$(EMPTY)/$(POD_NAME)" }, "missing value for EMPTY, UNSET"],
  [{ subPathExpr: "/$(POD_NAME)" }, "error SubPath `/web` must not be an absolute path"],
] as const;
for (const [part, error] of badParts) {
  Deno.test(`a part that must not be mounted: ${error}`, () => {
    const volumeMounts = [{ name: "data", mountPath: "/x", ...part }];
    assert.deepEqual(mountsOf(web, { volumeMounts }), { ok: false, error });
  });
}

Deno.test("with SELinux the pod's own files are labelled for it, and the node's are not", () => {
  const volumeMounts = ["data", "cache", "conf"].map((name) => ({ name, mountPath: `/${name}` }));
  const mounts = mountsOf(web, { volumeMounts });
  assert.ok(mounts.ok);
  const labelled = mounts.value.filter(({ selinuxRelabel }) => selinuxRelabel)
    .map(({ containerPath }) => containerPath);
  assert.deepEqual(labelled, ["/cache", "/conf", "/etc/hosts", "/dev/termination-log"]);
});

Deno.test("a mount is read-only all the way down where the runtime can do that", () => {
  const volumeMounts = ["Disabled", "IfPossible", "Enabled"].map((mode) => ({
    name: "data",
    mountPath: `/${mode}`,
    readOnly: true,
    recursiveReadOnly: mode,
  }));
  const modes = (recursiveReadOnly: boolean, wanted: typeof volumeMounts) => {
    const mounts = mountsOf(web, { volumeMounts: wanted }, { recursiveReadOnly });
    return mounts.ok
      ? mounts.value.slice(0, wanted.length).map((mount) => mount.recursiveReadOnly ?? false)
      : mounts.error;
  };
  const refused = 'failed to resolve recursive read-only mode: volume "data" requested recursive ' +
    "read-only mode, but it is not ";
  assert.deepEqual(modes(true, volumeMounts), [false, true, true]);
  assert.deepEqual(modes(false, volumeMounts.slice(0, 2)), [false, false]);
  assert.equal(modes(false, volumeMounts), `${refused}supported by the runtime`);
  const writable = volumeMounts.map((mount) => ({ ...mount, readOnly: false }));
  assert.equal(modes(true, writable), `${refused}read-only`);
  const shared = volumeMounts.map((mount) => ({ ...mount, mountPropagation: "HostToContainer" }));
  assert.equal(modes(true, shared), `${refused}compatible with propagation "HostToContainer"`);
});
