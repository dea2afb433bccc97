/** Stories of pods that this node does not take, and of pods in each other's way. */
import assert from "node:assert/strict";
import { nodes } from "../../src/core/kube/resource.ts";
import { clusterSettings } from "../fakes/cluster_settings.ts";
import { admissionNode } from "../fakes/admission_node.ts";
import { pod } from "../fakes/pods.ts";
import { createWorld } from "./world.ts";

Deno.test("a field that is not supported is refused by its name", async () => {
  await using world = await createWorld();
  const volumeDevices = [{ name: "disk", devicePath: "/dev/disk" }];
  await world.apply(pod("web").container("main", { volumeDevices }), pod("other"));
  const { message, ...status } = world.status("web");
  assert.deepEqual(status, {
    phase: "Failed",
    reason: "UnsupportedField",
    startTime: "2026-01-01T00:00:00Z",
    qosClass: "BestEffort",
  });
  assert.match(message ?? "", /^Pod was rejected: .*spec\.containers\[0\]\.volumeDevices/);
  assert.equal(world.events("web").length, 1);
  assert.match(world.events("web")[0] ?? "", /^Warning UnsupportedField .*volumeDevices/);
  assert.deepEqual(world.runtime.running(), ["other/main"]);
});

Deno.test("a refused pod goes without a trace, and comes back when it was mended", async () => {
  await using world = await createWorld();
  const volumeDevices = [{ name: "disk", devicePath: "/dev/disk" }];
  await world.apply(pod("web").uid("first").container("main", { volumeDevices }));
  await world.apply(pod("web").uid("second"));
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual([...world.store.memories.kept.keys()], ["second"]);
});

Deno.test("a pod whose manifest gives the UID is judged anew when it changes", async () => {
  await using world = await createWorld();
  const web = pod("web").container("main");
  const refused = pod("web").container("main", {
    volumeDevices: [{ name: "disk", devicePath: "/dev/disk" }],
  });
  await world.apply(refused);
  assert.equal(world.status("web").reason, "UnsupportedField");
  await world.apply(web);
  assert.equal(world.row("web"), "1/1 Running");
  await world.apply(refused);
  assert.equal(world.status("web").reason, "UnsupportedField");
  assert.deepEqual(world.runtime.running(), []);
});

Deno.test("a pod that keeps its UID and gets another name is another pod", async () => {
  await using world = await createWorld();
  await world.apply(pod("web").uid("fixed"));
  world.source.set([pod("shop").uid("fixed").build()]);
  await world.advance(1_000);
  assert.equal(world.row("web"), "gone");
  assert.equal(world.row("shop"), "1/1 Running");
  assert.equal(world.runtime.configOf("shop/main").labels["io.kubernetes.pod.name"], "shop");
});

Deno.test("of two pods that want the same port of the node the first gets it, restart or not", async () => {
  await using world = await createWorld();
  const ports = [{ containerPort: 80, hostPort: 80 }];
  await world.apply(pod("b").container("main", { ports }));
  await world.advance(1_000);
  await world.apply(pod("a").container("main", { ports }));
  assert.equal(world.status("a").reason, "NodePorts");
  assert.equal(world.row("a"), "0/1 NodePorts");
  world.source.set([
    pod("a").container("main", { ports }).build(),
    pod("b").container("main", { ports }).build(),
  ]);
  await world.restartAgent();
  assert.equal(world.status("a").reason, "NodePorts");
  assert.equal(world.row("b"), "1/1 Running");
});

Deno.test("a port that an ended pod has left is not claimed back when the agent restarts", async () => {
  await using world = await createWorld();
  const ports = [{ containerPort: 80, hostPort: 80 }];
  await world.apply(pod("job").restartPolicy("Never").container("main", { ports }));
  world.runtime.exit("job/main", { code: 0 });
  await world.advance(1_000);
  await world.apply(pod("web").container("main", { ports }));
  assert.equal(world.row("web"), "1/1 Running");
  world.runtime.forgetCalls();
  await world.restartAgent();
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(world.runtime.story(), []);
});

Deno.test("a pod that changed keeps its port of the node", async () => {
  await using world = await createWorld();
  const ports = [{ containerPort: 80, hostPort: 80 }];
  await world.apply(pod("web").uid("first").container("main", { ports }));
  await world.apply(pod("web").uid("second").container("main", { ports }));
  assert.equal(world.row("web"), "1/1 Running");
  assert.equal(world.pod("web")?.metadata.uid, "second");
});

Deno.test("the port of a pod that has ended is free, also for a pod that came while the agent was off", async () => {
  await using world = await createWorld();
  const ports = [{ containerPort: 80, hostPort: 80 }];
  const job = pod("job").restartPolicy("Never").container("main", { ports });
  const web = pod("web").container("main", { ports });
  await world.apply(job);
  world.runtime.exit("job/main", { code: 0 });
  await world.advance(1_000);
  await world.stopAgent();
  world.source.set([job.build(), web.build()]);
  await world.startAgent();
  assert.equal(world.row("job"), "0/1 Completed");
  assert.equal(world.row("web"), "1/1 Running");
});

const measured = { cpu: "2", memory: "1Gi", pods: "110" };

Deno.test("a pod that asks for more than is left is refused, and room that a pod left is room again", async () => {
  const admission = admissionNode({ allocatable: measured });
  await using world = await createWorld({ inCluster: true, settings: { admission } });
  const asking = (name: string) =>
    pod(name).restartPolicy("Never")
      .container("main", { resources: { requests: { cpu: "1500m" } } });
  await world.cluster.bind(asking("a"));
  await world.cluster.bind(asking("b"));
  const { message, reason, phase } = world.status("b");
  assert.deepEqual({ message, reason, phase }, {
    phase: "Failed",
    reason: "OutOfcpu",
    message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, " +
      "used: 1500, capacity: 2000",
  });
  assert.deepEqual(world.events("b"), [
    "Warning OutOfcpu Node didn't have enough resource: cpu, requested: 1500, used: 1500, " +
    "capacity: 2000",
  ]);
  world.runtime.exit("a/main", { code: 0 });
  await world.advance(1_000);
  await world.cluster.bind(asking("c"));
  assert.equal(world.row("c"), "1/1 Running");
  assert.equal(world.row("b"), "0/1 OutOfcpu");
});

Deno.test("a critical pod takes the room of the pod that frees what it needs", async () => {
  const admission = admissionNode({ allocatable: measured });
  await using world = await createWorld({ inCluster: true, settings: { admission } });
  const asking = (name: string, cpu: string) =>
    pod(name).container("main", { resources: { requests: { cpu } } });
  await world.cluster.bind(asking("a", "1"), asking("b", "500m"));
  await world.cluster.bind(asking("system", "1500m").spec({ priority: 2_000_000_000 }));
  await world.advance(60_000);
  assert.equal(world.row("system"), "1/1 Running");
  assert.equal(world.row("b"), "1/1 Running");
  const { phase, reason, message } = world.status("a");
  assert.deepEqual({ phase, reason, message }, {
    phase: "Failed",
    reason: "Preempting",
    message: "Preempted in order to admit critical pod",
  });
  const disruption = world.cluster.status("a").conditions?.find(({ type }) =>
    type === "DisruptionTarget"
  );
  assert.equal(disruption?.reason, "TerminationByKubelet");
  assert.ok(
    world.events("a").includes("Warning Preempting Preempted in order to admit critical pod"),
  );
  assert.deepEqual(world.runtime.running(), ["b/main", "system/main"]);
  assert.equal(world.metrics().get('kubelet_preemptions{preemption_signal="cpu"}'), 1);
});

Deno.test("a pod that was admitted stays when the agent restarts, whatever the node has become", async () => {
  let cluster = clusterSettings();
  const settings = {
    get cluster() {
      return cluster;
    },
  };
  await using world = await createWorld({ inCluster: true, settings });
  const own = { name: "edge-1", uid: "node-uid" };
  world.cluster.server.put(nodes, { metadata: { ...own, labels: { disk: "ssd" } } });
  await world.advance(1_000);
  const web = pod("web").spec({ nodeSelector: { disk: "ssd" } });
  await world.cluster.bind(web);
  cluster = clusterSettings({ limits: { maxPods: 0, podsPerCore: 0 } });
  world.cluster.server.put(nodes, {
    metadata: own,
    spec: { taints: [{ key: "maintenance", effect: "NoExecute" }] },
  });
  world.runtime.forgetCalls();
  await world.restartAgent();
  await world.cluster.change("web", { metadata: { labels: { changed: "yes" } } });
  await world.advance(60_000);
  assert.equal(world.row("web"), "1/1 Running");
  assert.deepEqual(world.runtime.story(), []);
  await world.cluster.bind(pod("late"));
  assert.equal(world.status("late").reason, "OutOfpods");
});

Deno.test("of two pods of one name only the first is run", async () => {
  await using world = await createWorld();
  world.source.set([pod("web").uid("one").build(), pod("web").uid("two").build()]);
  await world.clock.settle();
  assert.equal(world.pod("web")?.metadata.uid, "one");
  assert.deepEqual(world.runtime.running(), ["web/main"]);
});

Deno.test("pods of one name in two namespaces do not know each other", async () => {
  await using world = await createWorld();
  world.source.set([
    pod("web").build(),
    pod("web").namespace("shop").uid("shop-uid").build(),
  ]);
  await world.clock.settle();
  assert.deepEqual(world.runtime.running(), ["web/main", "web/main"]);
});

Deno.test("110 pods are started, kept and ended", async () => {
  await using world = await createWorld();
  const pods = Array.from({ length: 110 }, (_, index) => pod(`p${index}`));
  await world.apply(...pods);
  assert.equal(world.runtime.running().length, 110);
  world.runtime.forgetCalls();
  await world.restartAgent();
  await world.advance(60_000);
  assert.deepEqual(world.runtime.story(), []);
  world.source.set([]);
  await world.advance(10_000);
  assert.deepEqual(world.runtime.running(), []);
  assert.deepEqual(world.agent.pods.list(), []);
});

Deno.test("a pod with 1,000 containers is a pod like any other", async () => {
  await using world = await createWorld();
  const builder = Array.from({ length: 1_000 }, (_, index) => `c${index}`)
    .reduce((each, name) => each.container(name), pod("big"));
  await world.apply(builder, pod("web"));
  assert.equal(world.row("big"), "1000/1000 Running");
  assert.equal(world.row("web"), "1/1 Running");
  await world.delete("big");
  assert.equal(world.row("big"), "gone");
});
