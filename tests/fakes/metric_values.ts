/** Metrics as a test asks for them. */
import type { AgentMetrics } from "../../src/core/metrics/agent_metrics.ts";
import { exposition } from "../../src/core/metrics/exposition.ts";

/** The values of all samples, those of probes included, by `name{label="value"}` as in the exposition. */
export function metricValues(
  { registry, probeRegistry }: AgentMetrics,
): ReadonlyMap<string, number> {
  const text = exposition([...registry.families(), ...probeRegistry.families()]);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const at = line.lastIndexOf(" ");
    return [line.slice(0, at), Number(line.slice(at + 1))];
  }));
}
