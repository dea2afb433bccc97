/** The page on metrics names each of the node's metrics that there are. */
import assert from "node:assert/strict";
import { cadvisorMetrics } from "../../src/core/stats/cadvisor_families.ts";

const page = await Deno.readTextFile(new URL("../../docs/metrics.md", import.meta.url));

Deno.test("docs/metrics.md names each metric of /metrics/cadvisor with its type", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  for (const { name, type } of cadvisorMetrics(new Map())) {
    const row = rows.find((line) => line.includes(`\`${name}\``) && line.includes(`| ${type} |`));
    assert.ok(row !== undefined, `${name}, a ${type}, is in no row`);
  }
});
