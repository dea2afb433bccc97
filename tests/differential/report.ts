/** How the comparison is told: a line for each scenario, its differences below it, and the share of those that are the same. */
import type { Verdict } from "./run_all.ts";

/** The least share of scenarios that must be the same. */
export const TARGET_PERCENT = 95;

export function verdictLines({ scenario, differences }: Verdict): readonly string[] {
  const word = differences.length === 0 ? "same" : "DIFFERENT";
  const why = scenario.difference === undefined ? "" : ` (meant: ${scenario.difference})`;
  return [
    `${scenario.name.padEnd(44)}  ${word}${differences.length === 0 ? "" : why}`,
    ...differences.flatMap(({ where, kubelet, skerry }) => [
      `    ${where}`,
      `      kubelet: ${kubelet}`,
      `      skerry:  ${skerry}`,
    ]),
  ];
}

export interface Summary {
  readonly line: string;
  readonly ok: boolean;
}

export function summary(verdicts: readonly Verdict[]): Summary {
  const same = verdicts.filter(({ differences }) => differences.length === 0).length;
  const percent = 100 * same / verdicts.length;
  const ok = percent >= TARGET_PERCENT;
  const share = `${Math.floor(percent * 10) / 10} %`;
  const what = `scenarios the same as the kubelet, ${same} of ${verdicts.length}`;
  return { line: `${what}  ${share}  >= ${TARGET_PERCENT} %  ${ok ? "ok" : "MISS"}`, ok };
}
