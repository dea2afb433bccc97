/** How the conformance run is told: who passed what, by name, and Skerry's share of what the kubelet passes. */
import type { Comparison } from "./compare.ts";
import type { ConformanceException } from "./exceptions.ts";

/** The least share that Skerry must pass of the specs that the kubelet passes in the same lab. */
export const TARGET_PERCENT = 90;

export interface Report {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

/** `exceptions` are the specs that are known to fail, whose reasons are told. */
export function conformanceReport(
  comparison: Comparison,
  exceptions: readonly ConformanceException[],
): Report {
  const { both, kubeletOnly, skerryOnly, neither } = comparison;
  const share = sharePercent(comparison);
  const ok = share >= TARGET_PERCENT;
  return {
    lines: [
      ...group("passed by both", both),
      ...group(
        "passed by the kubelet only",
        kubeletOnly.map((name) => withReason(name, exceptions)),
      ),
      ...group("passed by Skerry only", skerryOnly),
      ...group("passed by neither", neither),
      `conformance, share of what the kubelet passes  ${share} %  >= ${TARGET_PERCENT} %  ${
        ok ? "ok" : "MISS"
      }`,
    ],
    ok,
  };
}

/** Rounded down to a tenth, so that nothing short of a target looks like it; 0 where the kubelet passes nothing. */
function sharePercent({ both, kubeletOnly }: Comparison): number {
  const passed = both.length + kubeletOnly.length;
  return passed === 0 ? 0 : Math.floor(1000 * both.length / passed) / 10;
}

function withReason(name: string, exceptions: readonly ConformanceException[]): string {
  const known = exceptions.find((exception) => exception.name === name);
  return known === undefined ? name : `${name} (known: ${known.reason})`;
}

function group(title: string, names: readonly string[]): readonly string[] {
  return [`${title}: ${names.length}`, ...names.map((name) => `    ${name}`)];
}
