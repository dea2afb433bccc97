/** Stories of what pods may do: users, profiles, kernel parameters, privileges. */
import assert from "node:assert/strict";
import { runtimeClasses } from "../../src/core/kube/resource.ts";
import { admissionNode } from "../fakes/admission_node.ts";
import { node } from "../fakes/node.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld, type World } from "./world.ts";

Deno.test("a container that must not be root does not start from an image that is", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").container("main", { securityContext: { runAsNonRoot: true } }));
  const why =
    'container has runAsNonRoot and image will run as root (pod: "web_default(web-uid)", ' +
    "container: main)";
  assert.equal(world.row("web"), "0/1 CreateContainerConfigError");
  assert.equal(world.container("web/main").state?.waiting?.message, why);
  assert.ok(world.events("web").includes(`Warning Failed Error: ${why}`));
  assert.deepEqual(world.runtime.story(), ["runSandbox web"]);
});

Deno.test("the same container starts once its image names a user that is not root", async () => {
  await using world = await createWorld();
  world.runtime.images.add("app:1", { username: "app" });
  const main = { image: "app:1", securityContext: { runAsNonRoot: true } };
  await world.apply(pod("web").container("main", main));
  assert.match(
    world.container("web/main").state?.waiting?.message ?? "",
    /^container has runAsNonRoot and image has non-numeric user \(app\), cannot verify user is non-root/,
  );
  world.runtime.images.add("app:1", { uid: 1000 });
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.runtime.configOf("web/main").security.runAsUser, 1000);
});

Deno.test("what a pod and its containers say of security reaches the runtime", async () => {
  await using world = await createWorld();
  await world.apply(
    pod("web").spec({
      securityContext: {
        runAsUser: 1000,
        fsGroup: 2000,
        seccompProfile: { type: "Localhost", localhostProfile: "web.json" },
        sysctls: [{ name: "net/ipv4/tcp_syncookies", value: "0" }],
      },
    }).container("main", {
      securityContext: { runAsUser: 0, privileged: true, capabilities: { drop: ["ALL"] } },
    }),
  );
  assert.equal(world.row("web"), "1/1 Running");
  const { security } = world.runtime.configOf("web/main");
  assert.equal(security.runAsUser, 0);
  assert.deepEqual(security.supplementalGroups, [2000]);
  assert.deepEqual(security.seccomp, {
    type: "Localhost",
    localhostRef: "/var/lib/skerry/seccomp/web.json",
  });
  assert.deepEqual(security.capabilities, { add: [], drop: ["ALL"] });
  const [{ config: sandbox } = assert.fail()] = world.runtime.sandboxesOf("web-uid");
  assert.equal(sandbox.security.runAsUser, 1000);
  assert.equal(sandbox.security.privileged, true);
  assert.deepEqual(sandbox.sysctls, { "net.ipv4.tcp_syncookies": "0" });
});

Deno.test("a node with seccompDefault gives the runtime's profile to whoever names none", async () => {
  await using world = await createWorld({ settings: { node: node({ seccompDefault: true }) } });
  const unconfined = { securityContext: { seccompProfile: { type: "Unconfined" } } };
  await world.apply(pod("web").container("main").container("free", unconfined));
  assert.equal(world.runtime.configOf("web/main").security.seccomp.type, "RuntimeDefault");
  assert.equal(world.runtime.configOf("web/free").security.seccomp.type, "Unconfined");
});

Deno.test("a pod that would change the node's kernel is refused, one that was allowed to is not", async () => {
  const admission = admissionNode({ allowedUnsafeSysctls: ["net.core.*"] });
  await using world = await createWorld({ settings: { admission } });
  const setting = (podName: string, name: string) =>
    pod(podName).spec({ securityContext: { sysctls: [{ name, value: "1" }] } });
  await world.apply(setting("a", "vm.swappiness"), setting("b", "net.core.somaxconn"));
  assert.equal(world.row("a"), "0/1 SysctlForbidden");
  assert.deepEqual(world.events("a"), [
    'Warning SysctlForbidden forbidden sysctl: "vm.swappiness" not allowlisted',
  ]);
  assert.equal(world.row("b"), "1/1 Running");
});

Deno.test("a pod that needs AppArmor is refused where the kernel has none", async () => {
  const admission = admissionNode({ appArmor: false });
  await using world = await createWorld({ settings: { admission } });
  const appArmorProfile = { type: "RuntimeDefault" };
  await world.apply(pod("web").container("main", { securityContext: { appArmorProfile } }));
  const { phase, reason, message } = world.status("web");
  assert.deepEqual({ phase, reason, message }, {
    phase: "Failed",
    reason: "AppArmor",
    message: "Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host",
  });
});

/** A pod of the runtime class `isolated`, in a cluster that has it. */
async function isolatedWorld(): Promise<World> {
  const world = await createWorld({ inCluster: true });
  world.cluster.server.put(runtimeClasses, { metadata: { name: "isolated" }, handler: "other" });
  return world;
}
const isolated = pod("web").spec({ runtimeClassName: "isolated" });
const handlers = ({ runtime }: World): readonly string[] =>
  runtime.sandboxesOf("web-uid").map(({ handler }) => handler);

Deno.test("a pod is run by the handler of its runtime class, also anew while the API server is away", async () => {
  await using world = await isolatedWorld();
  await world.cluster.bind(isolated);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(handlers(world), ["other"]);
  await world.restartAgent();
  world.cluster.server.goDown();
  world.runtime.reboot();
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(handlers(world).at(-1), "other");
});

Deno.test("a pod of a runtime class that is not there says so and waits for it", async () => {
  await using world = await createWorld({ inCluster: true });
  await world.cluster.bind(isolated);
  assert.equal(world.row("web"), "0/1 ContainerCreating");
  assert.ok(
    world.events("web").includes(
      "Warning FailedCreatePodSandBox Failed to create pod sandbox: " +
        'runtimeclass.node.k8s.io "isolated" not found',
    ),
  );
  world.cluster.server.put(runtimeClasses, { metadata: { name: "isolated" }, handler: "other" });
  await world.advance(30_000);
  assert.equal(world.row("web"), "1/1 Running");
});

Deno.test("a node without a cluster has no runtime classes", async () => {
  await using world = await createWorld();
  await world.apply(isolated);
  assert.match(world.events("web").join("\n"), /runtimeclass\.node\.k8s\.io "isolated" not found/);
});

Deno.test("groups are kept to those that the pod names, once the runtime can do that", async () => {
  const admission = admissionNode({ supplementalGroupsPolicy: null });
  await using world = await createWorld({ settings: { admission } });
  await world.apply(pod("web").spec({ securityContext: { supplementalGroupsPolicy: "Strict" } }));
  assert.equal(world.row("web"), "0/1 CreateContainerConfigError");
  assert.equal(
    world.container("web/main").state?.waiting?.message,
    "SupplementalGroupsPolicy=Strict is not supported in this node",
  );
  world.runtime.setAbilities({ features: { supplementalGroupsPolicy: true } });
  await world.advance(10_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.runtime.configOf("web/main").security.supplementalGroupsPolicy, "Strict");
});
