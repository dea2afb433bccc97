/** The metrics of `/metrics/resource`, which metrics-server reads. @see https://kubernetes.io/docs/reference/instrumentation/node-metrics/ */
import type { LabelSet, MetricFamily, Sample } from "../metrics/exposition.ts";
import type { CgroupSample, ContainerSample, NodeSample, PodSample } from "./sample.ts";
import { sumOfUsage } from "./usage_stats.ts";

/** Null: nothing could be measured. In the order of their names, as the kubelet gives them. */
export function resourceMetrics(sample: NodeSample | null): readonly MetricFamily[] {
  const failed: readonly Sample[] = [{ value: sample === null ? 1 : 0 }];
  return [
    ...(sample === null ? [] : usageFamilies(sample)),
    gauge("resource_scrape_error", scrapeErrorHelp, failed),
  ];
}

const scrapeErrorHelp =
  "[STABLE] 1 if there was an error while getting container metrics, 0 otherwise";

interface Measured {
  readonly labels: LabelSet;
  readonly cgroup: CgroupSample | null;
}

function usageFamilies(sample: NodeSample): readonly MetricFamily[] {
  const shown = sample.pods.filter(({ containers }) => containers.length > 0);
  const containers = shown.flatMap((pod) => pod.containers.map((each) => ofContainer(pod, each)));
  const pods = shown.map(ofPod);
  const node = [{ labels: {}, cgroup: sample.root }];
  return [
    counter("container_cpu_usage_seconds_total", cpuHelp("container"), values(containers, cpu)),
    gauge(
      "container_memory_working_set_bytes",
      memoryHelp("container"),
      values(containers, memory),
    ),
    gauge(
      "container_start_time_seconds",
      startHelp,
      containers.flatMap(({ labels, startedAt }) => ({
        labels,
        value: startedAt / 1000,
      })),
    ),
    gauge("container_swap_limit_bytes", swapLimitHelp, values(containers, swapLimit)),
    gauge(
      "container_swap_usage_bytes",
      swapHelp("the container swap usage"),
      values(containers, swap),
    ),
    counter("node_cpu_usage_seconds_total", cpuHelp("node"), values(node, cpu)),
    gauge("node_memory_working_set_bytes", memoryHelp("node"), values(node, memory)),
    gauge("node_swap_usage_bytes", nodeSwapHelp, values(node, swap)),
    counter("pod_cpu_usage_seconds_total", cpuHelp("pod"), values(pods, cpu)),
    gauge("pod_memory_working_set_bytes", memoryHelp("pod"), values(pods, memory)),
    gauge("pod_swap_usage_bytes", swapHelp("the pod swap usage"), values(pods, swap)),
  ];
}

const cpuHelp = (of: string) =>
  `[STABLE] Cumulative cpu time consumed by the ${of} in core-seconds`;
const memoryHelp = (of: string) => `[STABLE] Current working set of the ${of} in bytes`;
const startHelp = "[STABLE] Start time of the container since unix epoch in seconds";
const swapHelp = (what: string) =>
  `[ALPHA] Current amount of ${what} in bytes. Reported only on non-windows systems`;
const nodeSwapHelp =
  "[ALPHA] Current swap usage of the node in bytes. Reported only on non-windows systems";
const swapLimitHelp = swapHelp("the container swap limit");

function ofContainer(
  { name: pod, namespace }: PodSample,
  { name, createdAt, cgroup }: ContainerSample,
): Measured & { readonly startedAt: number } {
  return { labels: { container: name, namespace, pod }, cgroup, startedAt: createdAt };
}

function ofPod({ name, namespace, cgroup, containers }: PodSample): Measured {
  const sum = () => sumOfUsage(containers.flatMap((each) => each.cgroup ?? []));
  return { labels: { namespace, pod: name }, cgroup: cgroup ?? sum() };
}

type ValueOf = (cgroup: CgroupSample) => number | undefined;

const cpu: ValueOf = (cgroup) => cgroup.cpu === null ? undefined : cgroup.cpu.usageNs / 1e9;
const memory: ValueOf = (cgroup) => cgroup.memory?.workingSetBytes;
const swap: ValueOf = (cgroup) => cgroup.memory?.swapBytes;
/** As the kubelet adds it up: what is free and what is used. */
const swapLimit: ValueOf = (cgroup) => cgroup.memory?.swapLimitBytes ?? undefined;

/** What was not measured has no sample. */
function values(measured: readonly Measured[], valueOf: ValueOf): readonly Sample[] {
  return measured.flatMap(({ labels, cgroup }) => {
    const value = cgroup === null ? undefined : valueOf(cgroup);
    return cgroup === null || value === undefined ? [] : [{ labels, value, at: cgroup.at }];
  });
}

function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, help, type: "counter", samples };
}

function gauge(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, help, type: "gauge", samples };
}
