/** Tests of what only some cgroups have samples of; whole pods are in the scenarios. */
import assert from "node:assert/strict";
import { cgroupSample, nodeSample, pressureOf } from "../../../tests/fakes/samples.ts";
import { exposition } from "../metrics/exposition.ts";
import { cadvisorFamilies } from "./cadvisor_metrics.ts";
import type { CgroupDetails } from "./cgroup_usage.ts";
import type { CgroupSample } from "./sample.ts";

const identity = {
  machineId: "m",
  systemUuid: "s",
  bootId: "b",
  kernelVersion: "6.1.0",
  osImage: "Debian",
  architecture: "arm64",
  inUserNamespace: false,
};
const size = { cpus: 4, memoryBytes: 1000, swapBytes: 0, hugePages: [] };
const details: CgroupDetails = {
  userNs: 1_500_000_000,
  systemNs: 500_000_000,
  throttling: { periods: 10, throttledPeriods: 4, throttledNs: 250_000_000 },
  spec: { cpuShares: 102, cpuPeriodUs: 100_000, cpuQuotaUs: 20_000, memoryReservationBytes: 0 },
  memoryPeakBytes: 400,
  memoryFailures: 1,
  oomKills: 2,
  devices: [{ major: 9, minor: 1, readBytes: 1, writtenBytes: 2, reads: 3, writes: 4 }],
  threads: null,
};

/** The samples of the root cgroup without their labels and times: `name value`. */
function samplesOf(fields: Partial<CgroupSample>): readonly string[] {
  const sample = nodeSample({ root: cgroupSample("/", fields) });
  const text = exposition(cadvisorFamilies({ sample, devices: new Map(), identity, size }));
  return text.split("\n").filter((line) => line.includes('id="/"')).map((line) =>
    line.replace(/\{.*\}/, "").split(" ").slice(0, 2).join(" ")
  );
}

Deno.test("cAdvisor's metrics: one with a CPU limit tells its quota and how it was throttled", () => {
  const limited = samplesOf({ details });
  for (
    const line of [
      "container_cpu_cfs_periods_total 10",
      "container_cpu_cfs_throttled_periods_total 4",
      "container_cpu_cfs_throttled_seconds_total 0.25",
      "container_spec_cpu_quota 20000",
      "container_cpu_user_seconds_total 1.5",
      "container_oom_events_total 2",
    ]
  ) assert.ok(limited.includes(line), line);
  const spec = { ...details.spec, cpuQuotaUs: 0 };
  const free = samplesOf({ details: { ...details, spec } });
  assert.deepEqual(free.filter((line) => /_cfs_|quota/.test(line)), []);
});

Deno.test("cAdvisor's metrics: how long work stood still, in seconds, where it is measured", () => {
  const pressure = pressureOf({ some: 2_500_000, full: 500_000 });
  const told = samplesOf({ cpu: { usageNs: 1, pressure }, ioPressure: pressure });
  assert.deepEqual(told.filter((line) => line.includes("pressure")), [
    "container_pressure_cpu_stalled_seconds_total 0.5",
    "container_pressure_cpu_waiting_seconds_total 2.5",
    "container_pressure_io_stalled_seconds_total 0.5",
    "container_pressure_io_waiting_seconds_total 2.5",
  ]);
});

Deno.test("cAdvisor's metrics: where threads are not counted, none are told", () => {
  assert.deepEqual(samplesOf({ details }).filter((line) => line.includes("threads")), []);
  const threads = { current: 3, max: 0 };
  const counted = samplesOf({ details: { ...details, threads } });
  assert.deepEqual(counted.filter((line) => line.includes("threads")), [
    "container_threads_max 0",
    "container_threads 3",
  ]);
});

Deno.test("cAdvisor's metrics: a device without a name is told by its numbers", () => {
  const sample = nodeSample({ root: cgroupSample("/", { details }) });
  const text = exposition(cadvisorFamilies({ sample, devices: new Map(), identity, size }));
  assert.match(text, /device="",major="9",minor="1",operation="Write"\} 2 /);
});
