/** What runtimes tell of what containers take up. */
import assert from "node:assert/strict";
import { ContainerStats } from "./gen/runtime/v1/stats.ts";
import { containerUsage } from "./usage_from_wire.ts";

const timestamp = 1_700_000_000_123_456_789n;
const at = 1_700_000_000_123;

Deno.test("containerd 1.6 tells processor, working set and the writable layer", () => {
  const stats = ContainerStats.fromPartial({
    cpu: { timestamp, usageCoreNanoSeconds: { value: 5_000_000_000n } },
    memory: { timestamp, workingSetBytes: { value: 4096n } },
    writableLayer: {
      timestamp,
      fsId: { mountpoint: "/var/lib/containerd" },
      usedBytes: { value: 8192n },
      inodesUsed: { value: 3n },
    },
  });
  assert.deepEqual(containerUsage(stats), {
    cpu: { at, usageNs: 5_000_000_000, pressure: null },
    memory: { at, workingSetBytes: 4096, limitBytes: null, swapLimitBytes: null, pressure: null },
    writableLayer: { at, mountpoint: "/var/lib/containerd", usedBytes: 8192, inodesUsed: 3 },
  });
});

Deno.test("newer ones tell more; of no limit nothing is available", () => {
  const memory = {
    timestamp,
    workingSetBytes: { value: 4096n },
    usageBytes: { value: 5000n },
    rssBytes: { value: 2000n },
    pageFaults: { value: 7n },
    majorPageFaults: { value: 1n },
  };
  const of = (availableBytes: bigint) =>
    containerUsage(ContainerStats.fromPartial({
      memory: { ...memory, availableBytes: { value: availableBytes } },
      swap: { timestamp, swapUsageBytes: { value: 9n } },
    })).memory;
  assert.deepEqual(of(6000n), {
    at,
    workingSetBytes: 4096,
    usageBytes: 5000,
    rssBytes: 2000,
    pageFaults: 7,
    majorPageFaults: 1,
    swapBytes: 9,
    limitBytes: 10_096,
    swapLimitBytes: null,
    pressure: null,
  });
  assert.equal(of(0n)?.limitBytes, null);
});

Deno.test("a runtime may tell nothing of a container that is new", () => {
  const nothing = { cpu: null, memory: null, writableLayer: null };
  assert.deepEqual(containerUsage(ContainerStats.fromPartial({})), nothing);
});
