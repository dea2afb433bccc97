/** The metrics of `/metrics/cadvisor`: what each cgroup of the node's pods has used, by cAdvisor's names. */
import type { MetricFamily, Sample } from "../metrics/exposition.ts";
import { type CadvisorMetric, cadvisorMetrics } from "./cadvisor_families.ts";
import { type CadvisorSubject, cadvisorSubjects } from "./cadvisor_subjects.ts";
import { machineMetrics } from "./machine_metrics.ts";
import type { NodeDetails } from "./sample.ts";

/** Null: nothing could be measured. */
export function cadvisorFamilies(details: NodeDetails | null): readonly MetricFamily[] {
  const failed = details === null ? 1 : 0;
  return [
    ...(details === null ? [] : [...containerFamilies(details), ...machineMetrics(details)]),
    scrapeError("container", failed),
    scrapeError("machine", failed),
  ];
}

function scrapeError(what: "container" | "machine", value: number): MetricFamily {
  // cAdvisor ends one of the two with a full stop.
  const end = what === "machine" ? "." : "";
  const help = `1 if there was an error while getting ${what} metrics, 0 otherwise${end}`;
  return { name: `${what}_scrape_error`, help, type: "gauge", samples: [{ value }] };
}

function containerFamilies({ sample, devices }: NodeDetails): readonly MetricFamily[] {
  const subjects = cadvisorSubjects(sample);
  return cadvisorMetrics(devices).map((metric) => ({
    name: metric.name,
    help: metric.help,
    type: metric.type,
    samples: subjects.flatMap((subject) => samplesOf(metric, subject)),
  }));
}

function samplesOf(
  { values, isSpec = false }: CadvisorMetric,
  subject: CadvisorSubject,
): readonly Sample[] {
  const at = isSpec ? {} : { at: subject.cgroup.at };
  return values(subject).map(({ value, more }) => ({
    labels: subject.labels,
    value,
    ...at,
    ...(more && { more }),
  }));
}
