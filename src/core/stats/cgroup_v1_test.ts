/** Tests of what a cgroup of version 1 has used, on files of a real machine. */
import assert from "node:assert/strict";
import { cgroupDetailsV1, cgroupUsageV1 } from "./cgroup_v1.ts";

const files: Readonly<Record<string, string>> = {
  "cpuacct.usage": "42123456789\n",
  "cpuacct.stat": "user 3000\nsystem 1212\n",
  "cpu.stat":
    "nr_periods 120\nnr_throttled 7\nthrottled_time 350000000\nnr_bursts 0\nburst_time 0\n",
  "cpu.shares": "256\n",
  "cpu.cfs_period_us": "100000\n",
  "cpu.cfs_quota_us": "50000\n",
  "memory.usage_in_bytes": "20000768\n",
  "memory.max_usage_in_bytes": "30000000\n",
  "memory.failcnt": "3\n",
  "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
  "memory.limit_in_bytes": "67108864\n",
  "memory.memsw.limit_in_bytes": "9223372036854771712\n",
  "memory.soft_limit_in_bytes": "9223372036854771712\n",
  "memory.stat": `cache 100
rss 200
swap 0
pgfault 120345
pgmajfault 4
inactive_file 1
hierarchical_memory_limit 67108864
total_cache 9674752
total_rss 16314368
total_mapped_file 7581696
total_swap 4096
total_inactive_file 5000192
total_active_file 573440
`,
  "pids.current": "5\n",
  "pids.max": "max\n",
  "blkio.throttle.io_service_bytes_recursive":
    "8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 12288\n8:0 Total 12288\n8:16 Read 512\nTotal 12800\n",
  "blkio.throttle.io_serviced_recursive": "8:0 Read 1\n8:0 Write 2\n8:0 Total 3\nTotal 3\n",
};
const recorded = (file: string): string | null => files[file] ?? null;
const nothing = (): null => null;

Deno.test("cgroup v1: the working set is what is in use, but for inactive pages of files", () => {
  const { cpu, memory, ioPressure } = cgroupUsageV1(recorded);
  assert.deepEqual(cpu, { usageNs: 42_123_456_789, pressure: null });
  assert.deepEqual(memory, {
    usageBytes: 20_000_768,
    workingSetBytes: 15_000_576,
    rssBytes: 16_314_368,
    cacheBytes: 9_674_752,
    mappedFileBytes: 7_581_696,
    swapBytes: 4_096,
    activeFileBytes: 573_440,
    inactiveFileBytes: 5_000_192,
    pageFaults: 120_345,
    majorPageFaults: 4,
    limitBytes: 67_108_864,
    swapLimitBytes: null,
    pressure: null,
  });
  assert.equal(ioPressure, null);
});

Deno.test("cgroup v1: the working set is never less than nothing", () => {
  const read = (file: string) => file === "memory.usage_in_bytes" ? "4096\n" : recorded(file);
  assert.equal(cgroupUsageV1(read).memory?.workingSetBytes, 0);
});

Deno.test("cgroup v1: where there are no files there is no usage", () => {
  assert.deepEqual(cgroupUsageV1(nothing), { cpu: null, memory: null, ioPressure: null });
});

Deno.test("cgroup v1: details", () => {
  assert.deepEqual(cgroupDetailsV1(recorded), {
    userNs: 30_000_000_000,
    systemNs: 12_120_000_000,
    throttling: { periods: 120, throttledPeriods: 7, throttledNs: 350_000_000 },
    spec: { cpuShares: 256, cpuPeriodUs: 100_000, cpuQuotaUs: 50_000, memoryReservationBytes: 0 },
    memoryPeakBytes: 30_000_000,
    memoryFailures: 3,
    oomKills: 2,
    devices: [
      { major: 8, minor: 0, readBytes: 4096, writtenBytes: 8192, reads: 1, writes: 2 },
      { major: 8, minor: 16, readBytes: 512, writtenBytes: 0, reads: 0, writes: 0 },
    ],
    threads: { current: 5, max: 0 },
  });
});

Deno.test("cgroup v1: a quota of -1 is none", () => {
  const read = (file: string) => file === "cpu.cfs_quota_us" ? "-1\n" : recorded(file);
  assert.equal(cgroupDetailsV1(read).spec.cpuQuotaUs, 0);
});
