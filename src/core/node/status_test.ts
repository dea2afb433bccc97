/** What a node says of itself, and what of it is sent. */
import assert from "node:assert/strict";
import type { NodeStatus } from "./node_object.ts";
import { nodeStatus, type StatusInput } from "./status.ts";
import { statusChanges, statusPatch } from "./status_patch.ts";

const input: StatusInput = {
  settings: {
    nodeName: "edge-1",
    limits: { maxPods: 110, podsPerCore: 0 },
    reservations: { system: {}, kube: {}, evictionHard: [] },
    maxImages: 50,
    kubeletPort: 10250,
  },
  previous: {},
  computed: [],
  identity: {
    machineId: "m",
    systemUuid: "",
    bootId: "b",
    kernelVersion: "6.1.0",
    osImage: "Debian",
    architecture: "arm64",
    inUserNamespace: false,
  },
  size: { cpus: 4, memoryBytes: 1024 ** 3, swapBytes: 0, hugePages: [] },
  disk: { capacityBytes: 1_000_000 },
  ips: ["192.0.2.1"],
  runtimeVersion: "containerd://1.6.20",
  runtime: { handlers: [], features: null },
  images: [],
  pressures: [],
  problems: [],
  now: Date.UTC(2026, 0, 1),
};

/** As the API server would give it back: empty lists are left out. */
function stored(status: NodeStatus): NodeStatus {
  return JSON.parse(JSON.stringify(
    status,
    (_, value: unknown) => Array.isArray(value) && value.length === 0 ? undefined : value,
  ));
}

Deno.test("a node's version is that of a kubelet, and says that it is Skerry", () => {
  const { nodeInfo } = nodeStatus(input);
  assert.match(nodeInfo?.kubeletVersion ?? "", /^v1\.\d+\.\d+\+skerry\.\d+\.\d+\.\d+/);
  assert.equal(nodeInfo?.kubeProxyVersion, "");
});

Deno.test("swap is told of where there is some", () => {
  assert.equal(nodeStatus(input).nodeInfo?.swap, undefined);
  const size = { ...input.size, swapBytes: 1024 };
  assert.deepEqual(nodeStatus({ ...input, size }).nodeInfo?.swap, { capacity: 1024 });
});

Deno.test("resources that others have put there are allocatable", () => {
  const previous = { capacity: { "example.com/foo": "4", cpu: "64" } };
  const { capacity, allocatable } = nodeStatus({ ...input, previous });
  assert.deepEqual([capacity?.["example.com/foo"], capacity?.["cpu"]], ["4", "4"]);
  assert.equal(allocatable?.["example.com/foo"], "4");
});

Deno.test("sizes of huge pages that the kernel has no more go", () => {
  const pages = { "hugepages-2Mi": "2Mi", "hugepages-1Gi": "0" };
  const previous = stored(nodeStatus({ ...input, previous: { capacity: pages } }));
  const before = { ...previous, capacity: { ...previous.capacity, ...pages } };
  const changes = statusChanges({ before, after: nodeStatus({ ...input, previous: before }) });
  assert.deepEqual(changes["capacity"], { "hugepages-2Mi": null, "hugepages-1Gi": null });
});

Deno.test("addresses of other kinds are others'", () => {
  const external = { type: "ExternalIP", address: "203.0.113.1" };
  const previous = { addresses: [{ type: "InternalIP", address: "10.0.0.1" }, external] };
  assert.deepEqual(nodeStatus({ ...input, previous }).addresses, [
    { type: "InternalIP", address: "192.0.2.1" },
    { type: "Hostname", address: "edge-1" },
    external,
  ]);
});

Deno.test("what cannot be found out now is not said", () => {
  const status = nodeStatus({ ...input, ips: null, images: null, runtime: null });
  for (const field of ["addresses", "images", "runtimeHandlers", "features"]) {
    assert.ok(!(field in status), field);
  }
});

Deno.test("the largest images are named, under five names at most", () => {
  const image = (id: string, sizeBytes: number, tags: readonly string[] = []) => ({
    id,
    sizeBytes,
    tags,
    digests: [`r@${id}`],
    username: "",
    pinned: false,
  });
  const images = [image("a", 1), image("b", 9, ["1", "2", "3", "4", "5"]), image("c", 9)];
  const names = (maxImages: number) =>
    nodeStatus({ ...input, images, settings: { ...input.settings, maxImages } }).images
      ?.map((each) => each.names?.join());
  assert.deepEqual(names(2), ["r@c", "r@b,1,2,3,4"]);
  assert.deepEqual(names(-1), ["r@c", "r@b,1,2,3,4", "r@a"]);
  assert.deepEqual(names(0), []);
});

Deno.test("runtime handlers are told of in the order of their names", () => {
  const handler = { recursiveReadOnlyMounts: true, userNamespaces: false };
  const handlers = [{ name: "runc", ...handler }, { name: "", ...handler }];
  const features = { supplementalGroupsPolicy: true };
  const status = nodeStatus({ ...input, runtime: { handlers, features } });
  assert.deepEqual(status.runtimeHandlers, [
    { name: "", features: handler },
    { name: "runc", features: handler },
  ]);
  assert.deepEqual(status.features, features);
});

Deno.test("nothing but a heartbeat is no change", () => {
  const before = stored(nodeStatus(input));
  const after = nodeStatus({ ...input, previous: before, now: input.now + 60_000 });
  assert.deepEqual(statusChanges({ before, after }), {});
  assert.deepEqual(statusPatch({}, after), { status: { conditions: after.conditions } });
});

Deno.test("of what has changed only that is sent", () => {
  const before = stored(nodeStatus(input));
  const size = { ...input.size, cpus: 8 };
  const identity = { ...input.identity, bootId: "c" };
  const after = nodeStatus({ ...input, previous: before, size, identity });
  assert.deepEqual(statusChanges({ before, after }), {
    capacity: { cpu: "8" },
    allocatable: { cpu: "8" },
    nodeInfo: { bootID: "c" },
  });
});

Deno.test("addresses are replaced as a whole, for they are merged by a key that is not one", () => {
  const before = stored(nodeStatus(input));
  const after = nodeStatus({ ...input, previous: before, ips: ["192.0.2.1", "fd00::1"] });
  const { status } = statusPatch(statusChanges({ before, after }), after);
  assert.deepEqual(status["addresses"], [...after.addresses ?? [], { $patch: "replace" }]);
});
