/** Tests of what a cgroup of version 2 has used, on files of a real machine. */
import assert from "node:assert/strict";
import { cgroupDetailsV2, cgroupUsageV2 } from "./cgroup_v2.ts";

const files: Readonly<Record<string, string>> = {
  "cpu.stat": `usage_usec 42123456
user_usec 30000000
system_usec 12123456
nr_periods 120
nr_throttled 7
throttled_usec 350000
nr_bursts 0
burst_usec 0
`,
  "cpu.pressure":
    "some avg10=1.50 avg60=0.75 avg300=0.25 total=123456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n",
  "memory.pressure":
    "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
  "io.pressure":
    "some avg10=0.10 avg60=0.00 avg300=0.00 total=99\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=90\n",
  "cpu.weight": "39\n",
  "cpu.max": "50000 100000\n",
  "memory.current": "20000768\n",
  "memory.peak": "30000000\n",
  "memory.max": "67108864\n",
  "memory.min": "0\n",
  "memory.swap.current": "4096\n",
  "memory.swap.max": "0\n",
  "memory.events": "low 0\nhigh 0\nmax 3\noom 2\noom_kill 2\n",
  "memory.stat": `anon 16314368
file 9674752
file_mapped 7581696
inactive_file 5000192
active_file 573440
pgfault 120345
pgmajfault 4
`,
  "pids.current": "5\n",
  "pids.max": "1024\n",
  "io.stat":
    "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n253:1 rbytes=512 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n",
};
const recorded = (file: string): string | null => files[file] ?? null;
const without = (...missing: readonly string[]) => (file: string) =>
  missing.includes(file) ? null : recorded(file);

const calm = { total: 0, avg10: 0, avg60: 0, avg300: 0 };

Deno.test("cgroup v2: usage, with how long work stood still", () => {
  assert.deepEqual(cgroupUsageV2(recorded), {
    cpu: {
      usageNs: 42_123_456_000,
      pressure: {
        some: { total: 123_456, avg10: 1.5, avg60: 0.75, avg300: 0.25 },
        full: { ...calm, total: 7 },
      },
    },
    memory: {
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
      swapLimitBytes: 0,
      pressure: { some: calm, full: calm },
    },
    ioPressure: { some: { ...calm, avg10: 0.1, total: 99 }, full: { ...calm, total: 90 } },
  });
});

Deno.test("cgroup v2: a kernel that does not measure pressure tells none", () => {
  const { cpu, memory, ioPressure } = cgroupUsageV2(
    without("cpu.pressure", "memory.pressure", "io.pressure"),
  );
  assert.deepEqual([cpu?.pressure, memory?.pressure, ioPressure], [null, null, null]);
});

Deno.test("cgroup v2: the root tells only what its memory is used for", () => {
  const root = without("memory.current", "memory.max", "memory.swap.current", "memory.swap.max");
  const { memory } = cgroupUsageV2(root);
  assert.equal(memory?.usageBytes, 25_989_120);
  assert.equal(memory?.workingSetBytes, 20_988_928);
  assert.deepEqual([memory?.limitBytes, memory?.swapLimitBytes], [null, null]);
});

Deno.test("cgroup v2: where there are no files there is no usage", () => {
  assert.deepEqual(cgroupUsageV2(() => null), { cpu: null, memory: null, ioPressure: null });
});

Deno.test("cgroup v2: details, with the weight as version 1 would call it", () => {
  assert.deepEqual(cgroupDetailsV2(recorded), {
    userNs: 30_000_000_000,
    systemNs: 12_123_456_000,
    throttling: { periods: 120, throttledPeriods: 7, throttledNs: 350_000_000 },
    spec: { cpuShares: 998, cpuPeriodUs: 100_000, cpuQuotaUs: 50_000, memoryReservationBytes: 0 },
    memoryPeakBytes: 30_000_000,
    memoryFailures: 3,
    oomKills: 2,
    devices: [
      { major: 8, minor: 0, readBytes: 4096, writtenBytes: 8192, reads: 1, writes: 2 },
      { major: 253, minor: 1, readBytes: 512, writtenBytes: 0, reads: 1, writes: 0 },
    ],
    threads: { current: 5, max: 1024 },
  });
});

Deno.test("cgroup v2: without a limit there is no quota", () => {
  const read = (file: string) => file === "cpu.max" ? "max 100000\n" : recorded(file);
  const { cpuQuotaUs, cpuPeriodUs } = cgroupDetailsV2(read).spec;
  assert.deepEqual([cpuQuotaUs, cpuPeriodUs], [0, 100_000]);
});
