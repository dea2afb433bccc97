/** Stories of what is told of a node's processor, memory and disk. */
import assert from "node:assert/strict";
import {
  createNodeStats,
  type NodeStats,
  type NodeStatsDeps,
} from "../../src/agent/stats/node_stats.ts";
import { exposition } from "../../src/core/metrics/exposition.ts";
import { cadvisorFamilies } from "../../src/core/stats/cadvisor_metrics.ts";
import { resourceMetrics } from "../../src/core/stats/resource_metrics.ts";
import { summaryOf } from "../../src/core/stats/summary.ts";
import type { PodStats } from "../../src/core/stats/summary_api.ts";
import { Forbidden } from "../../src/ports/errors.ts";
import type { Runtime } from "../../src/ports/runtime.ts";
import { node } from "../fakes/node.ts";
import { pod } from "../fakes/pods.ts";
import { type FakeStats, fakeStats } from "../fakes/stats.ts";
import { createWorld, type World } from "./world.ts";

const minute = 60_000;
const mebibyte = 1024 ** 2;
const podCgroup = "/kubepods/besteffort/podweb-uid";

interface Measured {
  readonly stats: NodeStats;
  readonly kernel: FakeStats;
  /** The cgroup of the pod's only container. */
  readonly container: string;
}

/** A pod `web` that runs, as the kernel counts it. */
async function measured(world: World, fields: Partial<NodeStatsDeps> = {}): Promise<Measured> {
  await world.apply(pod("web").container("main").volume("data"));
  const kernel = fakeStats(world);
  const id = world.runtime.runsOf("main")[0]?.id ?? assert.fail();
  const sandbox = world.runtime.sandboxesOf("web-uid")[0]?.id ?? assert.fail();
  const container = `${podCgroup}/${id}`;
  kernel.use("/kubepods", { cpuNs: 5_000_000_000 });
  kernel.use(podCgroup, { cpuNs: 4_000_000_000, memoryBytes: 21 * mebibyte });
  kernel.use(`${podCgroup}/${sandbox}`, { memoryBytes: mebibyte, pids: [100] });
  const limits = { limitBytes: 64 * mebibyte, pids: [101, 102] };
  kernel.use(container, { cpuNs: 3_000_000_000, memoryBytes: 20 * mebibyte, ...limits });
  kernel.networks.set(100, [{
    name: "eth0",
    received: { bytes: 10, packets: 1, errors: 0, dropped: 0 },
    sent: { bytes: 20, packets: 2, errors: 1, dropped: 0 },
  }]);
  const stats = createNodeStats({
    ...world,
    images: world.runtime.images,
    stats: kernel,
    pods: world.agent.pods,
    settings: { node: node(), volumePeriodMs: minute, startedAt: world.clock.now() },
    ...fields,
  });
  return { stats, kernel, container };
}

async function podStats(stats: NodeStats): Promise<PodStats> {
  const { pods } = summaryOf(await stats.everything());
  assert.equal(pods.length, 1);
  return pods[0] ?? assert.fail();
}

Deno.test("a pod uses what its cgroup counts, its containers what theirs do", async () => {
  await using world = await createWorld();
  const { stats } = await measured(world);
  const { podRef, cpu, memory, containers, network, process_stats } = await podStats(stats);
  assert.deepEqual(podRef, { name: "web", namespace: "default", uid: "web-uid" });
  assert.equal(cpu?.usageCoreNanoSeconds, 4_000_000_000);
  assert.equal(memory?.workingSetBytes, 21 * mebibyte);
  const [main] = containers;
  assert.equal(main?.name, "main");
  assert.equal(main?.cpu?.usageCoreNanoSeconds, 3_000_000_000);
  assert.equal(main?.memory?.availableBytes, 44 * mebibyte);
  assert.deepEqual(process_stats, { process_count: 2 });
  assert.deepEqual(network?.interfaces, [
    { name: "eth0", rxBytes: 10, rxErrors: 0, txBytes: 20, txErrors: 1 },
  ]);
  assert.equal(network?.rxBytes, 10);
});

Deno.test("what a pod has on the node's disk is its containers', its logs' and its volumes' use", async () => {
  await using world = await createWorld();
  const { stats, kernel } = await measured(world);
  world.runtime.write("main", 1000);
  const use = (path: string, usedBytes: number) =>
    kernel.disk.set(path, { usedBytes, inodesUsed: 1 });
  use("/var/log/pods/default_web_web-uid/main", 200);
  use("/var/lib/skerry/pods/web-uid/volumes/kubernetes.io~empty-dir/data", 30);
  use("/var/lib/skerry/pods/web-uid/etc-hosts", 4);
  const { containers, volume, ...rest } = await podStats(stats);
  assert.equal(containers[0]?.rootfs?.usedBytes, 1000);
  assert.equal(containers[0]?.logs?.usedBytes, 200);
  assert.deepEqual(volume?.map(({ name, usedBytes }) => [name, usedBytes]), [["data", 30]]);
  assert.equal(rest["ephemeral-storage"]?.usedBytes, 1234);
  assert.equal(rest["ephemeral-storage"]?.inodesUsed, 4);
  assert.equal(rest["ephemeral-storage"]?.capacityBytes, 16_000_000_000);
});

Deno.test("volumes are measured once a minute at most", async () => {
  await using world = await createWorld();
  const { stats, kernel } = await measured(world);
  const path = "/var/lib/skerry/pods/web-uid/volumes/kubernetes.io~empty-dir/data";
  const used = async () => (await podStats(stats)).volume?.[0]?.usedBytes;
  kernel.disk.set(path, { usedBytes: 1, inodesUsed: 1 });
  assert.equal(await used(), 1);
  kernel.disk.set(path, { usedBytes: 2, inodesUsed: 1 });
  await world.advance(minute - 1);
  assert.equal(await used(), 1);
  await world.advance(1);
  assert.equal(await used(), 2);
});

Deno.test("how many processors are in use shows from the second look on", async () => {
  await using world = await createWorld();
  const { stats, kernel, container } = await measured(world);
  const nanoCores = async () => (await podStats(stats)).containers[0]?.cpu?.usageNanoCores;
  assert.equal(await nanoCores(), undefined);
  kernel.use(container, { cpuNs: 8_000_000_000 });
  await world.advance(10_000);
  assert.equal(await nanoCores(), 500_000_000);
});

Deno.test("who wants rates at once waits a second for them", async () => {
  await using world = await createWorld();
  const { stats, kernel, container } = await measured(world);
  const asked = stats.rates();
  await world.advance(500);
  kernel.use(container, { cpuNs: 3_250_000_000 });
  await world.advance(500);
  const [web] = summaryOf(await asked).pods;
  assert.equal(web?.containers[0]?.cpu?.usageNanoCores, 250_000_000);
  assert.ok(await stats.rates());
});

Deno.test("two who ask at once share one measurement, and nobody's question is none", async () => {
  await using world = await createWorld();
  const { stats, kernel } = await measured(world);
  await world.advance(10 * minute);
  assert.equal(kernel.counts.get("usage"), undefined);
  const [one, other] = await Promise.all([stats.usage(), stats.usage()]);
  assert.equal(one, other);
  const once = kernel.counts.get("usage");
  await stats.usage();
  assert.equal(kernel.counts.get("usage"), (once ?? 0) * 2);
});

Deno.test("processor and memory are told though the runtime is away, disks as far as the kernel knows", async () => {
  await using world = await createWorld();
  const { stats } = await measured(world);
  world.runtime.goDown();
  const { node, pods } = summaryOf(await stats.everything());
  assert.equal(pods[0]?.containers[0]?.cpu?.usageCoreNanoSeconds, 3_000_000_000);
  assert.equal(pods[0]?.containers[0]?.rootfs, undefined);
  assert.equal(node.fs?.capacityBytes, 16_000_000_000);
  assert.deepEqual(node.runtime, {});
});

Deno.test("where no cgroup is found the runtime's own count is told, and a pod's is its containers'", async () => {
  await using world = await createWorld();
  const memory = { workingSetBytes: 5 * mebibyte, limitBytes: null, swapLimitBytes: null };
  const usage = (): ReturnType<Runtime["usage"]> => {
    const at = world.clock.now();
    const told = {
      cpu: { at, usageNs: 7_000_000_000, pressure: null },
      memory: { at, ...memory, pressure: null },
      writableLayer: null,
    };
    return Promise.resolve(new Map(world.runtime.runsOf("main").map(({ id }) => [id, told])));
  };
  const { stats, kernel } = await measured(world, { runtime: { usage } });
  for (const path of [...kernel.groups.keys()]) if (path !== "/") kernel.groups.delete(path);
  const [web] = summaryOf(await stats.usage()).pods;
  assert.equal(web?.containers[0]?.cpu?.usageCoreNanoSeconds, 7_000_000_000);
  assert.equal(web?.containers[0]?.memory?.workingSetBytes, 5 * mebibyte);
  assert.equal(web?.containers[0]?.memory?.availableBytes, undefined);
  assert.equal(web?.cpu?.usageCoreNanoSeconds, 7_000_000_000);
  assert.equal(web?.memory?.workingSetBytes, 5 * mebibyte);
});

Deno.test("the runtime is asked what containers have written every 10 s at most", async () => {
  await using world = await createWorld();
  const { stats } = await measured(world);
  const written = async () => (await podStats(stats)).containers[0]?.rootfs?.usedBytes;
  world.runtime.write("main", 1);
  assert.equal(await written(), 1);
  world.runtime.write("main", 2);
  await world.advance(9_999);
  assert.equal(await written(), 1);
  await world.advance(1);
  assert.equal(await written(), 2);
});

Deno.test("a container that has ended is told of no more", async () => {
  await using world = await createWorld();
  const { stats } = await measured(world);
  await world.delete("web");
  await world.advance(minute);
  assert.deepEqual(summaryOf(await stats.everything()).pods, []);
});

Deno.test("only processor and memory: no disk is looked at", async () => {
  await using world = await createWorld();
  const { stats, kernel } = await measured(world);
  const { node, pods } = summaryOf(await stats.usage());
  assert.deepEqual(
    Object.keys(node),
    ["nodeName", "systemContainers", "startTime", "cpu", "memory", "swap"],
  );
  assert.deepEqual(
    Object.keys(pods[0] ?? {}),
    ["podRef", "startTime", "containers", "cpu", "memory", "swap"],
  );
  for (const kind of ["tree", "files", "network"]) assert.equal(kernel.counts.get(kind), undefined);
});

Deno.test("the metrics that metrics-server reads", async () => {
  await using world = await createWorld();
  const { stats } = await measured(world);
  const at = world.clock.now();
  const text = exposition(resourceMetrics(await stats.usage()));
  const labels = 'container="main",namespace="default",pod="web"';
  for (
    const line of [
      "# HELP container_cpu_usage_seconds_total [STABLE] Cumulative cpu time consumed by the container in core-seconds",
      "# TYPE container_cpu_usage_seconds_total counter",
      `container_cpu_usage_seconds_total{${labels}} 3 ${at}`,
      `container_memory_working_set_bytes{${labels}} ${20 * mebibyte} ${at}`,
      `container_swap_usage_bytes{${labels}} 0 ${at}`,
      `node_cpu_usage_seconds_total 60 ${at}`,
      `node_memory_working_set_bytes 400000000 ${at}`,
      `pod_cpu_usage_seconds_total{namespace="default",pod="web"} 4 ${at}`,
      `pod_memory_working_set_bytes{namespace="default",pod="web"} ${21 * mebibyte} ${at}`,
      "resource_scrape_error 0",
    ]
  ) assert.ok(text.includes(`${line}\n`), `${line}\n\n${text}`);
});

Deno.test("the metrics of cAdvisor: the machine, the pod, its sandbox and its container", async () => {
  await using world = await createWorld();
  const { stats, container } = await measured(world);
  const at = world.clock.now();
  const text = exposition(cadvisorFamilies(await stats.details()));
  const sandbox = world.runtime.sandboxesOf("web-uid")[0]?.id ?? assert.fail();
  const id = world.runtime.runsOf("main")[0]?.id ?? assert.fail();
  const none = (path: string) => `container="",id="${path}",image="",name="",namespace="",pod=""`;
  const own = 'namespace="default",pod="web"';
  const main =
    `container="main",id="${container}",image="docker.io/library/busybox:1",name="${id}",${own}`;
  const pause = `container="",id="${podCgroup}/${sandbox}",image="",name="${sandbox}",${own}`;
  for (
    const line of [
      "# TYPE container_cpu_usage_seconds_total counter",
      `container_cpu_usage_seconds_total{${none("/")},cpu="total"} 60 ${at}`,
      `container_cpu_usage_seconds_total{${none("/kubepods")},cpu="total"} 5 ${at}`,
      `container_cpu_usage_seconds_total{container="",id="${podCgroup}",image="",name="",${own},cpu="total"} 4 ${at}`,
      `container_cpu_usage_seconds_total{${main},cpu="total"} 3 ${at}`,
      `container_memory_working_set_bytes{${main}} ${20 * mebibyte} ${at}`,
      `container_memory_failures_total{${main},failure_type="pgfault",scope="hierarchy"} 1 ${at}`,
      `container_network_receive_bytes_total{${pause},interface="eth0"} 10 ${at}`,
      `container_network_transmit_errors_total{${pause},interface="eth0"} 1 ${at}`,
      `container_fs_writes_bytes_total{${main},device="/dev/mmcblk0"} 8192 ${at}`,
      `container_processes{${main}} 2 ${at}`,
      `container_spec_memory_limit_bytes{${main}} ${64 * mebibyte}`,
      `container_start_time_seconds{${main}} ${Math.trunc(at / 1000)}`,
      "container_scrape_error 0",
      'machine_cpu_cores{boot_id="952cd7ef-e213-4609-8584-259635996ade",machine_id="3d1219c7c4c5404aaa1f6d2a48adfda4",system_uuid=""} 2',
    ]
  ) assert.ok(text.includes(`${line}\n`), `${line}\n\n${text}`);
  assert.doesNotMatch(text, /container_network_.*container="main"/);
  assert.doesNotMatch(text, /container_cpu_cfs|container_spec_cpu_quota|container_pressure/);
});

Deno.test("where the kernel tells nothing, that is said", async () => {
  await using world = await createWorld();
  const { stats, kernel } = await measured(world);
  kernel.failure = "/sys/fs/cgroup: input/output error";
  await assert.rejects(stats.usage(), /input\/output error/);
  assert.match(exposition(resourceMetrics(null)), /^resource_scrape_error 1$/m);
  assert.match(exposition(cadvisorFamilies(null)), /^container_scrape_error 1$/m);
});

Deno.test("a log folder that cannot be read keeps nobody from the other figures", async () => {
  await using world = await createWorld();
  const refuse = () => Promise.reject(new Forbidden("permission denied"));
  const { stats, kernel } = await measured(world);
  kernel.files = refuse;
  const [container] = (await podStats(stats)).containers;
  assert.equal(container?.logs?.usedBytes, undefined);
  assert.equal(container?.cpu?.usageCoreNanoSeconds, 3_000_000_000);
});
