/** Each metric of `/metrics/cadvisor`: its name, type and words as cAdvisor has them, and where its values come from. */
import type { LabelSet, MetricFamily } from "../metrics/exposition.ts";
import type { CadvisorSubject } from "./cadvisor_subjects.ts";
import type { CgroupDetails, DeviceUse, MemoryUsage, Pressure } from "./cgroup_usage.ts";
import type { Traffic } from "./network_devices.ts";

export interface CadvisorValue {
  readonly value: number;
  /** Labels besides those of the subject. */
  readonly more?: LabelSet;
}

export interface CadvisorMetric extends Pick<MetricFamily, "name" | "help" | "type"> {
  /** None where it was not measured. */
  readonly values: (subject: CadvisorSubject) => readonly CadvisorValue[];
  /** What a cgroup may use or when it began, not what it uses: such samples carry no time. */
  readonly isSpec?: boolean;
}

type ValueOf = (subject: CadvisorSubject) => number | null | undefined;

/** @param devices the names of block devices by `MAJOR:MINOR`. */
export function cadvisorMetrics(
  devices: ReadonlyMap<string, string>,
): readonly CadvisorMetric[] {
  return [
    ...cpuMetrics,
    ...memoryMetrics,
    ...diskMetrics(devices),
    ...networkMetrics,
    ...processMetrics,
    ...pressureMetrics,
    ...specMetrics,
  ];
}

function counter(name: string, help: string, valueOf: ValueOf): CadvisorMetric {
  return { name, help, type: "counter", values: single(valueOf) };
}

function gauge(name: string, help: string, valueOf: ValueOf): CadvisorMetric {
  return { name, help, type: "gauge", values: single(valueOf) };
}

function spec(name: string, help: string, valueOf: ValueOf): CadvisorMetric {
  return { ...gauge(name, help, valueOf), isSpec: true };
}

function single(valueOf: ValueOf): CadvisorMetric["values"] {
  return (subject) => {
    const value = valueOf(subject);
    return value === null || value === undefined ? [] : [{ value }];
  };
}

const details = (of: (details: CgroupDetails) => number | null): ValueOf => ({ cgroup }) =>
  cgroup.details && of(cgroup.details);
const memory = (of: (memory: MemoryUsage) => number | null | undefined): ValueOf => ({ cgroup }) =>
  cgroup.memory && of(cgroup.memory);
/** Only of those with a CPU limit. */
const throttling = (of: (throttling: CgroupDetails["throttling"]) => number): ValueOf =>
  details(({ throttling, spec }) => spec.cpuQuotaUs === 0 ? null : of(throttling));

const cpuMetrics: readonly CadvisorMetric[] = [
  counter(
    "container_cpu_user_seconds_total",
    "Cumulative user cpu time consumed in seconds.",
    details(({ userNs }) => userNs / 1e9),
  ),
  counter(
    "container_cpu_system_seconds_total",
    "Cumulative system cpu time consumed in seconds.",
    details(({ systemNs }) => systemNs / 1e9),
  ),
  {
    name: "container_cpu_usage_seconds_total",
    help: "Cumulative cpu time consumed in seconds.",
    type: "counter",
    values: ({ cgroup: { cpu } }) =>
      cpu === null ? [] : [{ value: cpu.usageNs / 1e9, more: { cpu: "total" } }],
  },
  counter(
    "container_cpu_cfs_periods_total",
    "Number of elapsed enforcement period intervals.",
    throttling(({ periods }) => periods),
  ),
  counter(
    "container_cpu_cfs_throttled_periods_total",
    "Number of throttled period intervals.",
    throttling(({ throttledPeriods }) => throttledPeriods),
  ),
  counter(
    "container_cpu_cfs_throttled_seconds_total",
    "Total time duration the container has been throttled.",
    throttling(({ throttledNs }) => throttledNs / 1e9),
  ),
];

const memoryMetrics: readonly CadvisorMetric[] = [
  gauge(
    "container_memory_cache",
    "Number of bytes of page cache memory.",
    memory(({ cacheBytes }) => cacheBytes),
  ),
  gauge("container_memory_rss", "Size of RSS in bytes.", memory(({ rssBytes }) => rssBytes)),
  gauge(
    "container_memory_mapped_file",
    "Size of memory mapped files in bytes.",
    memory(({ mappedFileBytes }) => mappedFileBytes),
  ),
  gauge(
    "container_memory_swap",
    "Container swap usage in bytes.",
    memory(({ swapBytes }) => swapBytes),
  ),
  counter(
    "container_memory_failcnt",
    "Number of memory usage hits limits",
    details(({ memoryFailures }) => memoryFailures),
  ),
  gauge(
    "container_memory_usage_bytes",
    "Current memory usage in bytes, including all memory regardless of when it was accessed",
    memory(({ usageBytes }) => usageBytes),
  ),
  gauge(
    "container_memory_max_usage_bytes",
    "Maximum memory usage recorded in bytes",
    details(({ memoryPeakBytes }) => memoryPeakBytes),
  ),
  gauge(
    "container_memory_working_set_bytes",
    "Current working set in bytes.",
    memory(({ workingSetBytes }) => workingSetBytes),
  ),
  gauge(
    "container_memory_total_active_file_bytes",
    "Current total active file in bytes.",
    memory(({ activeFileBytes }) => activeFileBytes),
  ),
  gauge(
    "container_memory_total_inactive_file_bytes",
    "Current total inactive file in bytes.",
    memory(({ inactiveFileBytes }) => inactiveFileBytes),
  ),
  counter(
    "container_oom_events_total",
    "Count of out of memory events observed for the container",
    details(({ oomKills }) => oomKills),
  ),
  {
    name: "container_memory_failures_total",
    help: "Cumulative count of memory allocation failures.",
    type: "counter",
    values: ({ cgroup }) => cgroup.memory === null ? [] : pageFaults(cgroup.memory),
  },
];

/** cAdvisor gives either scope the same numbers. */
function pageFaults({ pageFaults, majorPageFaults }: MemoryUsage): readonly CadvisorValue[] {
  const kinds = [["pgfault", pageFaults], ["pgmajfault", majorPageFaults]] as const;
  return ["container", "hierarchy"].flatMap((scope) =>
    kinds.map(([failure_type, value = 0]) => ({ value, more: { failure_type, scope } }))
  );
}

function diskMetrics(devices: ReadonlyMap<string, string>): readonly CadvisorMetric[] {
  const metric = (name: string, help: string, of: (use: DeviceUse) => number): CadvisorMetric => ({
    name,
    help,
    type: "counter",
    values: ({ cgroup }) =>
      (cgroup.details?.devices ?? []).map((use) => ({
        value: of(use),
        more: { device: devices.get(`${use.major}:${use.minor}`) ?? "" },
      })),
  });
  return [
    metric(
      "container_fs_reads_bytes_total",
      "Cumulative count of bytes read",
      ({ readBytes }) => readBytes,
    ),
    metric(
      "container_fs_reads_total",
      "Cumulative count of reads completed",
      ({ reads }) => reads,
    ),
    metric(
      "container_fs_writes_bytes_total",
      "Cumulative count of bytes written",
      ({ writtenBytes }) => writtenBytes,
    ),
    metric(
      "container_fs_writes_total",
      "Cumulative count of writes completed",
      ({ writes }) => writes,
    ),
    {
      name: "container_blkio_device_usage_total",
      help: "Blkio Device bytes usage",
      type: "counter",
      values: ({ cgroup }) =>
        (cgroup.details?.devices ?? []).flatMap((use) => deviceBytes(use, devices)),
    },
  ];
}

function deviceBytes(
  { major, minor, readBytes, writtenBytes }: DeviceUse,
  devices: ReadonlyMap<string, string>,
): readonly CadvisorValue[] {
  const device = devices.get(`${major}:${minor}`) ?? "";
  const numbers = { device, major: String(major), minor: String(minor) };
  return [
    { value: readBytes, more: { ...numbers, operation: "Read" } },
    { value: writtenBytes, more: { ...numbers, operation: "Write" } },
  ];
}

const networkMetrics: readonly CadvisorMetric[] = [
  ...trafficMetrics("receive", ({ received }) => received, {
    bytes: "received",
    doing: "receiving",
  }),
  ...trafficMetrics("transmit", ({ sent }) => sent, {
    bytes: "transmitted",
    doing: "transmitting",
  }),
];

function trafficMetrics(
  direction: "receive" | "transmit",
  trafficOf: (use: CadvisorSubject["interfaces"][number]) => Traffic,
  words: { readonly bytes: string; readonly doing: string },
): readonly CadvisorMetric[] {
  const metric = (
    what: string,
    help: string,
    of: (traffic: Traffic) => number,
  ): CadvisorMetric => ({
    name: `container_network_${direction}_${what}_total`,
    help: `Cumulative count of ${help}`,
    type: "counter",
    values: ({ interfaces }) =>
      interfaces.map((use) => ({ value: of(trafficOf(use)), more: { interface: use.name } })),
  });
  return [
    metric("bytes", `bytes ${words.bytes}`, ({ bytes }) => bytes),
    metric("packets", `packets ${words.bytes}`, ({ packets }) => packets),
    metric("packets_dropped", `packets dropped while ${words.doing}`, ({ dropped }) => dropped),
    metric("errors", `errors encountered while ${words.doing}`, ({ errors }) => errors),
  ];
}

const processMetrics: readonly CadvisorMetric[] = [
  gauge(
    "container_processes",
    "Number of processes running inside the container.",
    ({ cgroup }) => cgroup.processes,
  ),
  gauge(
    "container_threads_max",
    "Maximum number of threads allowed inside the container, infinity if value is zero",
    details(({ threads }) => threads && threads.max),
  ),
  gauge(
    "container_threads",
    "Number of threads running inside the container",
    details(({ threads }) => threads && threads.current),
  ),
  gauge(
    "container_last_seen",
    "Last time a container was seen by the exporter",
    ({ cgroup }) => Math.trunc(cgroup.at / 1000),
  ),
];

const pressureMetrics: readonly CadvisorMetric[] = [
  ...stallMetrics({ of: "cpu", word: "CPU" }, ({ cgroup }) => cgroup.cpu?.pressure),
  ...stallMetrics({ of: "memory", word: "memory" }, ({ cgroup }) => cgroup.memory?.pressure),
  ...stallMetrics({ of: "io", word: "IO" }, ({ cgroup }) => cgroup.ioPressure),
];

const microsecondsPerSecond = 1e6;

function stallMetrics(
  { of, word }: { readonly of: string; readonly word: string },
  pressureOf: (subject: CadvisorSubject) => Pressure | null | undefined,
): readonly CadvisorMetric[] {
  const total = (kind: keyof Pressure): ValueOf => (subject) => {
    const pressure = pressureOf(subject);
    return pressure && pressure[kind].total / microsecondsPerSecond;
  };
  return [
    counter(
      `container_pressure_${of}_stalled_seconds_total`,
      `Total time duration no tasks in the container could make progress due to ${word} congestion.`,
      total("full"),
    ),
    counter(
      `container_pressure_${of}_waiting_seconds_total`,
      `Total time duration tasks in the container have waited due to ${word} congestion.`,
      total("some"),
    ),
  ];
}

const seconds = (at: number | null): number | null => at === null ? null : Math.trunc(at / 1000);

const specMetrics: readonly CadvisorMetric[] = [
  spec(
    "container_creation_time_seconds",
    "Container creation time since unix epoch in seconds.",
    ({ createdAt }) => seconds(createdAt),
  ),
  spec(
    "container_start_time_seconds",
    "Start time of the container since unix epoch in seconds.",
    ({ startedAt }) => seconds(startedAt),
  ),
  spec(
    "container_spec_cpu_period",
    "CPU period of the container.",
    details(({ spec: { cpuPeriodUs } }) => cpuPeriodUs),
  ),
  spec(
    "container_spec_cpu_quota",
    "CPU quota of the container.",
    details(({ spec: { cpuQuotaUs } }) => cpuQuotaUs === 0 ? null : cpuQuotaUs),
  ),
  spec(
    "container_spec_cpu_shares",
    "CPU share of the container.",
    details(({ spec: { cpuShares } }) => cpuShares),
  ),
  spec(
    "container_spec_memory_limit_bytes",
    "Memory limit for the container.",
    memory(({ limitBytes }) => limitBytes ?? 0),
  ),
  spec(
    "container_spec_memory_swap_limit_bytes",
    "Memory swap limit for the container.",
    memory(({ swapLimitBytes }) => swapLimitBytes ?? 0),
  ),
  spec(
    "container_spec_memory_reservation_limit_bytes",
    "Memory reservation limit for the container.",
    details(({ spec: { memoryReservationBytes } }) => memoryReservationBytes),
  ),
];
