/** The part of docs/compatibility.md that tells how Skerry does in Kubernetes' own suite, and which of its specs it does not pass. */
import type { ConformanceException } from "../tests/conformance/exceptions.ts";

/** One section of the page. */
export function conformanceSection(exceptions: readonly ConformanceException[]): string {
  const head = `## Kubernetes' own suite

\`deno task conformance\` runs Kubernetes' end-to-end suite against a Skerry node in a real cluster: the specs tagged
\`[NodeConformance]\` without those that are Serial, Slow or Disruptive. What counts are those that the real kubelet passes in
the same lab.
`;
  if (exceptions.length === 0) return `${head}\nSkerry passes all of them.\n`;
  const rows = exceptions.map(({ name, reason }) =>
    `| ${name.replaceAll("|", "\\|")} | ${reason} |`
  );
  return `${head}\nOf these Skerry does not pass:\n\n| spec | why |\n|---|---|\n${
    rows.join("\n")
  }\n`;
}
