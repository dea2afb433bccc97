/** The part of docs/compatibility.md that tells how many scenarios are compared with the kubelet, and which of them differ on purpose. */
import type { Scenario } from "../tests/differential/scenario.ts";

/** One section of the page. */
export function comparisonSection(scenarios: readonly Scenario[]): string {
  const head = `## Beside the kubelet

\`deno task differential\` runs ${scenarios.length} scenarios on the real kubelet and on Skerry, under one control plane, and compares the
pods' last status, the states that their containers passed through, and the events.
`;
  const meant = scenarios.filter(({ difference }) => difference !== undefined);
  if (meant.length === 0) return `${head}None of them is meant to differ.\n`;
  const rows = meant.map(({ name, difference }) => `| \`${name}\` | ${difference} |`);
  return `${head}These differ on purpose:\n\n| scenario | why |\n|---|---|\n${rows.join("\n")}\n`;
}
