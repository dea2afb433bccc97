/** What is mounted where. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod, type PodBuilder } from "../../../tests/fakes/pods.ts";
import type { Container } from "../k8s.ts";
import { containerMounts } from "./mounts.ts";
import type { Mount } from "./types.ts";

const { paths } = node();
const web = pod("web")
  .volume("cache")
  .volume("shm", { emptyDir: { medium: "Memory" } })
  .volume("data", { hostPath: { path: "/srv/data" } });

function mountsOf(
  builder: PodBuilder,
  fields: Partial<Container>,
  { podIps = ["10.88.0.2"] }: { podIps?: readonly string[] } = {},
): ReturnType<typeof containerMounts> {
  const built = builder.container("main", fields).build();
  const [container] = built.spec.containers;
  assert.ok(container);
  return containerMounts({ pod: built, container, attempt: 3, paths, podIps });
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
