/** Resources on a node with 1 GiB of memory. */
import assert from "node:assert/strict";
import { node } from "../../../tests/fakes/node.ts";
import { pod } from "../../../tests/fakes/pods.ts";
import type { ResourceRequirements } from "../k8s.ts";
import type { CgroupSettings } from "../node/settings.ts";
import { containerResources, sandboxResources } from "./resources.ts";
import type { LinuxResources } from "./types.ts";

const Mi = 1024 ** 2;

const cases: readonly {
  readonly title: string;
  readonly resources?: ResourceRequirements;
  /** Of the pod as a whole. */
  readonly podLevel?: ResourceRequirements;
  readonly cgroups?: Partial<CgroupSettings>;
  readonly expected: LinuxResources;
}[] = [
  {
    title: "nothing asked for: the least share, no limits",
    expected: { cpuShares: 2, cpuQuota: 0, cpuPeriod: 100_000, oomScoreAdj: 1000 },
  },
  {
    title: "requests and limits",
    resources: {
      requests: { cpu: "250m", memory: "64Mi" },
      limits: { cpu: "500m", memory: "128Mi" },
    },
    expected: {
      cpuShares: 256,
      cpuQuota: 50_000,
      cpuPeriod: 100_000,
      memoryLimitBytes: 128 * Mi,
      memorySwapLimitBytes: 128 * Mi,
      oomScoreAdj: 938,
    },
  },
  {
    title: "what is limited is requested",
    resources: { limits: { cpu: "2" } },
    expected: { cpuShares: 2048, cpuQuota: 200_000, cpuPeriod: 100_000, oomScoreAdj: 999 },
  },
  {
    title: "the least quota the kernel takes",
    resources: { limits: { cpu: "1m" } },
    expected: { cpuShares: 2, cpuQuota: 1_000, cpuPeriod: 100_000, oomScoreAdj: 999 },
  },
  {
    title: "a shorter period",
    resources: { limits: { cpu: "1500m" } },
    cgroups: { cpuCfsQuotaPeriodMs: 10 },
    expected: { cpuShares: 1536, cpuQuota: 15_000, cpuPeriod: 10_000, oomScoreAdj: 999 },
  },
  {
    title: "cpuCFSQuota off: limits of CPU do not hold",
    resources: { limits: { cpu: "500m" } },
    cgroups: { cpuCfsQuota: false },
    expected: { cpuShares: 512, oomScoreAdj: 999 },
  },
  {
    title: "version 1 without swap accounting",
    resources: { limits: { memory: "1k" } },
    cgroups: { swapAccounting: false },
    expected: {
      cpuShares: 2,
      cpuQuota: 0,
      cpuPeriod: 100_000,
      memoryLimitBytes: 1_000,
      oomScoreAdj: 999,
    },
  },
  {
    title: "version 2 ends containers as a whole and keeps them from swapping",
    resources: { limits: { memory: "128Mi" } },
    cgroups: { version: 2 },
    expected: {
      cpuShares: 2,
      cpuQuota: 0,
      cpuPeriod: 100_000,
      memoryLimitBytes: 128 * Mi,
      unified: { "memory.oom.group": "1", "memory.swap.max": "0" },
      oomScoreAdj: 875,
    },
  },
  {
    title: "version 2 without swap accounting",
    cgroups: { version: 2, swapAccounting: false },
    expected: {
      cpuShares: 2,
      cpuQuota: 0,
      cpuPeriod: 100_000,
      unified: { "memory.oom.group": "1" },
      oomScoreAdj: 1000,
    },
  },
  {
    title: "a container without limits has the pod's, and no requests of its own",
    resources: { limits: { cpu: "500m" } },
    podLevel: { requests: { cpu: "1", memory: "512Mi" }, limits: { cpu: "2", memory: "512Mi" } },
    expected: {
      cpuShares: 512,
      cpuQuota: 50_000,
      cpuPeriod: 100_000,
      memoryLimitBytes: 512 * Mi,
      memorySwapLimitBytes: 512 * Mi,
      oomScoreAdj: 500,
    },
  },
];

Deno.test("a sandbox is told of what the pod asks for as a whole", () => {
  const built = pod("web").spec({ resources: { limits: { memory: "64Mi" } } }).build();
  assert.equal(sandboxResources({ pod: built, node: node() }).memoryLimitBytes, 64 * Mi);
});

for (const { title, resources, podLevel, cgroups = {}, expected } of cases) {
  Deno.test(title, () => {
    const built = pod("web").spec(podLevel === undefined ? {} : { resources: podLevel }).container(
      "main",
      resources === undefined ? {} : { resources },
    )
      .build();
    const [container] = built.spec.containers;
    assert.ok(container);
    assert.deepEqual(
      containerResources({ pod: built, container, node: node({ cgroups }) }),
      expected,
    );
  });
}
