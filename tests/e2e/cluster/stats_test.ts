/** What a node tells of what its pods use, beside what the real kubelet tells of the same pods. */
import assert from "node:assert/strict";
import type { ContainerStats, PodStats, Summary } from "../../../src/core/stats/summary_api.ts";
import { labAgent } from "../../lab/agent.ts";
import { startCluster } from "../../lab/cluster.ts";
import { labKubelet, untilNodeReady } from "../../lab/kubelet.ts";
import { type Lab, startLab } from "../../lab/lab.ts";
import { waitUntil } from "../../lab/processes.ts";
import { container, FOREVER, manifest } from "../manifest.ts";
import { ask } from "./node_api.ts";

const mebibyte = 1024 ** 2;
const NODES = ["edge-1", "kubelet-1"] as const;
type NodeName = typeof NODES[number];

/** The limit of the busy container. */
const BUSY_NANO_CORES = 100_000_000;
const BUSY = "while :; do :; done";
const WRITER = `head -c ${8 * mebibyte} /dev/zero > /tmp/file
head -c ${4 * mebibyte} /dev/zero > /data/file
seq 2000
${FOREVER}`;

/** The same on either node. */
function work(nodeName: NodeName) {
  return manifest(`work-${nodeName}`, {
    nodeName,
    containers: [
      container("busy", BUSY, { resources: { limits: { cpu: "100m", memory: "64Mi" } } }),
      container("writer", WRITER, { volumeMounts: [{ name: "data", mountPath: "/data" }] }),
    ],
    volumes: [{ name: "data", emptyDir: {} }],
  });
}

Deno.test("a node's statistics are those of the kubelet", async (t) => {
  await using lab = await startLab();
  await using cluster = await startCluster(lab);
  await using machine = await startLab({ nodeAddress: "10.99.0.2" });
  await cluster.connect(machine);
  await using kubelet = await labKubelet(machine, cluster);
  const agent = await labAgent(lab, {
    nodeName: "edge-1",
    kubeconfig: await cluster.nodeKubeconfig("edge-1"),
    kubelet: { authentication: { x509: { clientCAFile: `${cluster.pki.dir}/ca.crt` } } },
  });
  await kubelet.start();
  await agent.start();
  for (const node of NODES) await untilNodeReady(cluster, node);
  await cluster.apply(...NODES.map(work));
  const names = NODES.map((node) => `pod/work-${node}`);
  await cluster.kubectl(["wait", "--for=condition=Ready", ...names, "--timeout=60s"]);

  const labs: Readonly<Record<NodeName, Lab>> = { "edge-1": lab, "kubelet-1": machine };
  const text = async (node: NodeName, path: string): Promise<string> => {
    const certificate = `${cluster.pki.dir}/admin`;
    const { status, body } = await ask({ lab: labs[node] }, path, { certificate });
    assert.equal(status, 200, `${node} ${path}: ${body}`);
    return body;
  };
  const summaryOf = async (node: NodeName, query = ""): Promise<Summary> =>
    JSON.parse(await text(node, `/stats/summary${query}`));
  const podOf = (summary: Summary, node: NodeName): PodStats =>
    summary.pods.find(({ podRef }) => podRef.name === `work-${node}`) ?? assert.fail(node);

  // Either measures the writer's layer now and then, and a rate of processor time takes two samples.
  await Promise.all(NODES.map(async (node) => {
    const measured = await waitUntil(async () => {
      const { containers, cpu } = podOf(await summaryOf(node), node);
      const written = containerOf(containers, "writer").rootfs?.usedBytes ?? 0;
      const used = containerOf(containers, "busy").cpu?.usageNanoCores ?? 0;
      return written > 8 * mebibyte && used > BUSY_NANO_CORES / 2 &&
        cpu?.usageNanoCores !== undefined;
    }, { timeoutMs: 60_000, intervalMs: 2_000 });
    assert.ok(measured, node);
  }));

  await t.step(
    "no field of the kubelet's is missing, but for pressure that v1 does not measure",
    async () => {
      const [own, other] = [await summaryOf("edge-1"), await summaryOf("kubelet-1")];
      const missing = [...fieldsOf(other)].filter((field) => !fieldsOf(own).has(field));
      assert.deepEqual(missing.filter((field) => !/\.(psi|io)\./.test(field)), []);
    },
  );

  // Either has looked at a moment of its own, and what the machine uses changes.
  const agree = (check: (own: Summary, other: Summary) => void): Promise<void> =>
    eventually(async () => check(await summaryOf("edge-1"), await summaryOf("kubelet-1")));

  await t.step("containers use the same", () =>
    agree((own, other) => {
      const [ownPod, otherPod] = [podOf(own, "edge-1"), podOf(other, "kubelet-1")];
      const [busy, otherBusy] = [ownPod, otherPod].map((pod) =>
        containerOf(pod.containers, "busy")
      );
      near(busy?.cpu?.usageNanoCores, otherBusy?.cpu?.usageNanoCores, 0.5);
      near(busy?.memory?.availableBytes, otherBusy?.memory?.availableBytes, 0.05);
      const [writer, otherWriter] = [ownPod, otherPod].map((pod) =>
        containerOf(pod.containers, "writer")
      );
      near(writer?.rootfs?.usedBytes, otherWriter?.rootfs?.usedBytes, 0.05);
      assert.equal(writer?.logs?.usedBytes, otherWriter?.logs?.usedBytes);
      assert.equal(writer?.logs?.inodesUsed, otherWriter?.logs?.inodesUsed);
    }));

  await t.step("so does the node, which is one machine for both", () =>
    agree((own, other) => {
      for (const part of ["capacityBytes", "inodes"] as const) {
        assert.equal(own.node.fs?.[part], other.node.fs?.[part]);
      }
      near(own.node.cpu?.usageCoreNanoSeconds, other.node.cpu?.usageCoreNanoSeconds, 0.01);
      near(own.node.memory?.workingSetBytes, other.node.memory?.workingSetBytes, 0.2);
      near(own.node.rlimit?.curproc, other.node.rlimit?.curproc, 0.2);
      assert.equal(own.node.rlimit?.maxpid, other.node.rlimit?.maxpid);
    }));

  await t.step("only processor and memory, when that is asked for", async () => {
    const query = "?only_cpu_and_memory=true";
    const [less, otherLess] = [
      await summaryOf("edge-1", query),
      await summaryOf("kubelet-1", query),
    ];
    const isTold = (field: string): boolean => !/\.psi\./.test(field);
    assert.deepEqual(
      [...fieldsOf(less)].filter(isTold).toSorted(),
      [...fieldsOf(otherLess)].filter(isTold).toSorted(),
    );
  });

  await t.step(
    "/metrics/resource has the kubelet's families, and a sample of each container",
    async () => {
      const [lines, otherLines] = [
        await text("edge-1", "/metrics/resource"),
        await text("kubelet-1", "/metrics/resource"),
      ];
      assert.deepEqual(headsOf(lines), headsOf(otherLines));
      for (const name of ["busy", "writer"]) {
        const labels = `container="${name}",namespace="default",pod="work-edge-1"`;
        assert.ok(lines.includes(`container_cpu_usage_seconds_total{${labels}}`), name);
      }
    },
  );

  await t.step("/metrics/cadvisor has nothing that the kubelet does not know", async () => {
    const known = new Set(headsOf(await text("kubelet-1", "/metrics/cadvisor")));
    const unknown = headsOf(await text("edge-1", "/metrics/cadvisor"))
      .filter((head) => !known.has(head));
    // With cgroup v1 the kubelet leaves the machine's pressure out.
    assert.deepEqual(unknown.filter((head) => !head.includes("container_pressure_")), []);
  });
  await agent.stop();
});

function containerOf(containers: readonly ContainerStats[], name: string): ContainerStats {
  return containers.find((each) => each.name === name) ?? assert.fail(name);
}

/** The places of all values, such as `.pods[].cpu.time`. */
function fieldsOf(value: unknown, place = ""): ReadonlySet<string> {
  if (Array.isArray(value)) {
    return new Set(value.flatMap((each) => [...fieldsOf(each, `${place}[]`)]));
  }
  if (typeof value !== "object" || value === null) return new Set([place]);
  return new Set(
    Object.entries(value).flatMap(([name, each]) => [...fieldsOf(each, `${place}.${name}`)]),
  );
}

/** What is said of each metric before its samples, sorted. */
function headsOf(exposition: string): readonly string[] {
  return exposition.split("\n").filter((line) => line.startsWith("# ")).toSorted();
}

function near(value: number | undefined, other: number | undefined, share: number): void {
  assert.ok(value !== undefined && other !== undefined, `${value} and ${other}`);
  assert.ok(Math.abs(value - other) <= other * share, `${value} is far from ${other}`);
}

/** Tries again for a minute, and then fails as the last try did. */
async function eventually(check: () => Promise<void>): Promise<void> {
  let failure: unknown;
  const isMet = async (): Promise<boolean> => {
    failure = await check().then(() => undefined, (err) => err);
    return failure === undefined;
  };
  if (!(await waitUntil(isMet, { timeoutMs: 60_000, intervalMs: 2_000 }))) throw failure;
}
