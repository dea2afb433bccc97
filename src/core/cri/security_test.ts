/** Namespaces and users. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import type { PodSpec } from "../k8s.ts";
import { containerSecurity, podNamespaces } from "./security.ts";
import type { Image, NamespaceOptions } from "./types.ts";

const namespaces: readonly {
  readonly spec: Partial<PodSpec>;
  readonly expected: NamespaceOptions;
}[] = [
  { spec: {}, expected: { network: "Pod", pid: "Container", ipc: "Pod" } },
  { spec: { hostNetwork: true }, expected: { network: "Node", pid: "Container", ipc: "Pod" } },
  { spec: { hostPID: true }, expected: { network: "Pod", pid: "Node", ipc: "Pod" } },
  { spec: { hostIPC: true }, expected: { network: "Pod", pid: "Container", ipc: "Node" } },
  { spec: { shareProcessNamespace: true }, expected: { network: "Pod", pid: "Pod", ipc: "Pod" } },
];

for (const { spec, expected } of namespaces) {
  Deno.test(`the namespaces of ${JSON.stringify(spec)}`, () => {
    assert.deepEqual(podNamespaces(pod("web").spec(spec).build()), expected);
  });
}

const image: Image = {
  id: "sha256:1",
  tags: [],
  digests: [],
  sizeBytes: 1,
  username: "",
  pinned: false,
};

const users = [
  { title: "a number", image: { ...image, uid: 1000 }, expected: { runAsUser: 1000 } },
  { title: "root by number", image: { ...image, uid: 0 }, expected: { runAsUser: 0 } },
  { title: "a name", image: { ...image, username: "app" }, expected: { runAsUsername: "app" } },
  { title: "none: root", image, expected: { runAsUser: 0 } },
];

for (const { title, image, expected } of users) {
  Deno.test(`the image's user is ${title}`, () => {
    const { namespaces: _, seccomp, maskedPaths, readonlyPaths, ...user } = containerSecurity({
      pod: pod("web").build(),
      image,
      node: { maskedPaths: ["/sys/of/this/machine"] },
    });
    assert.deepEqual(user, expected);
    assert.deepEqual(seccomp, { type: "Unconfined" });
    assert.ok(maskedPaths.includes("/proc/kcore") && readonlyPaths.includes("/proc/sys"));
    assert.equal(maskedPaths.at(-1), "/sys/of/this/machine");
  });
}
