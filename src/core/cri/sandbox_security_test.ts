/** What the sandbox takes over from its pod and its containers. */
import assert from "node:assert/strict";
import { pod } from "../../../tests/fakes/pods.ts";
import { sandboxSecurity } from "./sandbox_security.ts";

const namespaces = { network: "Pod", pid: "Container", ipc: "Pod" } as const;
const seccomp = { type: "RuntimeDefault" } as const;

Deno.test("a sandbox has the pod's user, groups and SELinux options, and its own seccomp profile", () => {
  const securityContext = {
    runAsUser: 1000,
    runAsGroup: 0,
    fsGroup: 2000,
    supplementalGroups: [3000],
    supplementalGroupsPolicy: "Strict",
    seLinuxOptions: { level: "s0:c1,c2" },
    seccompProfile: { type: "Unconfined" },
  };
  assert.deepEqual(sandboxSecurity(pod("web").spec({ securityContext }).build()), {
    namespaces,
    seccomp,
    runAsUser: 1000,
    runAsGroup: 0,
    supplementalGroups: [2000, 3000],
    supplementalGroupsPolicy: "Strict",
    seLinux: { level: "s0:c1,c2" },
    privileged: false,
  });
});

Deno.test("a sandbox is privileged when any of its containers is, whatever else that container is", () => {
  const privileged = { securityContext: { privileged: true, runAsUser: 5 } };
  const expected = { namespaces, seccomp, supplementalGroups: [], privileged: true };
  const web = pod("web").container("main");
  assert.deepEqual(sandboxSecurity(web.container("side", privileged).build()), expected);
  assert.deepEqual(sandboxSecurity(web.initContainer("init", privileged).build()), expected);
});
