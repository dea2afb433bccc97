/** Capacity and what of it is left for pods. */
import assert from "node:assert/strict";
import { allocatable, podsLimit, type Reservations } from "./allocatable.ts";
import { capacity } from "./capacity.ts";
import { defaultEvictionHard, evictionThresholds } from "./eviction_threshold.ts";
import type { MachineSize } from "./machine.ts";
import { resourceList, resourceTexts } from "./resource_list.ts";

const size: MachineSize = { cpus: 4, memoryBytes: 4 * 1024 ** 3, swapBytes: 0, hugePages: [] };
const disk = { capacityBytes: 16_000_000_000 };
const nothing: Reservations = { system: {}, kube: {}, evictionHard: [] };
const limits = { maxPods: 110, podsPerCore: 0 };

Deno.test("a node has processors, memory, disk and room for pods", () => {
  assert.deepEqual(resourceTexts(capacity({ size, disk, limits })), {
    cpu: "4",
    memory: "4Gi",
    pods: "110",
    "ephemeral-storage": "16G",
  });
});

Deno.test("pods for each processor are limited by the pods of the node", () => {
  const pods = (podsPerCore: number): string | undefined =>
    resourceTexts(capacity({ size, disk, limits: { maxPods: 110, podsPerCore } }))["pods"];
  assert.deepEqual([pods(10), pods(50)], ["40", "110"]);
});

Deno.test("each size of huge pages is a resource, and none is a resource as well", () => {
  const hugePages = [{ pageBytes: 2 * 1024 ** 2, count: 8 }, { pageBytes: 1024 ** 3, count: 0 }];
  const all = capacity({ size: { ...size, hugePages }, disk, limits });
  const { "hugepages-2Mi": small, "hugepages-1Gi": large } = resourceTexts(all);
  assert.deepEqual([small, large], ["16Mi", "0"]);
});

interface Case {
  readonly what: string;
  readonly reserved: Partial<Reservations>;
  readonly left: Readonly<Record<string, string>>;
}

const all = resourceList({ cpu: "4", memory: "4Gi", "ephemeral-storage": "16G", pods: "110" });

const CASES: readonly Case[] = [
  { what: "nothing reserved", reserved: {}, left: { cpu: "4", memory: "4Gi" } },
  {
    what: "the system's and the agent's part",
    reserved: {
      system: resourceList({ cpu: "500m", memory: "256Mi" }),
      kube: resourceList({ cpu: "100m", "ephemeral-storage": "1G" }),
    },
    left: { cpu: "3400m", memory: "3840Mi", "ephemeral-storage": "15G" },
  },
  {
    what: "what must be left",
    reserved: { evictionHard: evictionThresholds(defaultEvictionHard) },
    left: { memory: "3996Mi", "ephemeral-storage": "14399999977" },
  },
  {
    what: "more than there is",
    reserved: { system: resourceList({ cpu: "3" }), kube: resourceList({ cpu: "2" }) },
    left: { cpu: "0" },
  },
  {
    what: "a resource that the node has not",
    reserved: { system: resourceList({ pid: "100" }) },
    left: { cpu: "4" },
  },
];

for (const { what, reserved, left } of CASES) {
  Deno.test(`allocatable with ${what}`, () => {
    const texts = resourceTexts(allocatable(all, { ...nothing, ...reserved }));
    assert.deepEqual({ ...texts, ...left }, texts);
  });
}

Deno.test("memory in huge pages is there for nothing else, and pods get none of them", () => {
  const withPages = { ...all, ...resourceList({ "hugepages-2Mi": "1Gi" }) };
  const texts = resourceTexts(allocatable(withPages, nothing));
  assert.deepEqual([texts["memory"], texts["hugepages-2Mi"]], ["3Gi", "0"]);
});

Deno.test("pods together may use what must be left, until they are evicted", () => {
  const kube = resourceList({ memory: "256Mi", pid: "1k" });
  const withPids = { ...all, ...resourceList({ pid: "32768" }) };
  const texts = resourceTexts(podsLimit(withPids, { system: {}, kube }));
  assert.deepEqual([texts["memory"], texts["pid"], texts["cpu"]], ["3840Mi", "31768", "4"]);
});
