/**
 * `deno task conformance`: Kubernetes' own suite for nodes, run against Skerry and compared with what the real kubelet passes
 * in the same lab. Exits with 1 when Skerry passes less of that than the target says.
 *
 * Options: `--focus TEXT` runs the specs whose name meets the expression, and measures no kubelet for it; `--node kubelet`
 * measures the kubelet anew and keeps the result; `--processes N` runs so many specs side by side. What the suite and the node
 * said stays in dist/conformance-*.
 */
import { startCluster } from "../lab/cluster.ts";
import { conformancePrograms } from "../lab/conformance_programs.ts";
import { startLab } from "../lab/lab.ts";
import { requireConformanceParts } from "../lab/parts.ts";
import { keepBaseline, readBaseline } from "./baseline.ts";
import { compareResults } from "./compare.ts";
import { CONFORMANCE_EXCEPTIONS } from "./exceptions.ts";
import { importImages } from "./images.ts";
import type { SpecResult } from "./junit.ts";
import { type NodeKind, startNode } from "./nodes.ts";
import { parseOptions } from "./options.ts";
import { conformanceReport } from "./report.ts";
import { runSuite, type SuiteRun } from "./suite.ts";

const DIST = new URL("../../dist", import.meta.url).pathname;

const options = parseOptions(Deno.args);

/** One run in a lab of its own; what the node and the suite said stays in dist. */
async function runOn(kind: NodeKind): Promise<SuiteRun> {
  const programs = await conformancePrograms();
  await using lab = await startLab();
  await importImages(lab, programs);
  await using cluster = await startCluster(lab);
  await using node = await startNode(kind, { lab, cluster });
  const run = await runSuite({ lab, cluster, programs }, {
    ...options,
    logPath: `${DIST}/conformance-${kind}.log`,
  });
  await Deno.copyFile(node.logPath, `${DIST}/conformance-${kind}-node.log`);
  const text = JSON.stringify(run.results, null, 1);
  await Deno.writeTextFile(`${DIST}/conformance-${kind}.json`, text);
  return run;
}

async function measureKubelet(): Promise<readonly SpecResult[]> {
  const { results, wasCut } = await runOn("kubelet");
  if (options.focus === undefined && !wasCut) await keepBaseline(results);
  return results;
}

async function compareSkerry(): Promise<void> {
  const isWhole = options.focus === undefined;
  const kept = await readBaseline();
  const kubelet = kept ?? (isWhole ? await measureKubelet() : undefined);
  const { results: skerry } = await runOn("skerry");
  if (kubelet === undefined) return tell("skerry", skerry);
  const comparison = compareResults({ kubelet, skerry, isWhole });
  const { lines, ok } = conformanceReport(comparison, CONFORMANCE_EXCEPTIONS);
  console.log(lines.join("\n"));
  Deno.exitCode = ok ? 0 : 1;
}

function tell(kind: NodeKind, results: readonly SpecResult[]): void {
  for (const { name, passed } of results) console.log(`${passed ? "passed" : "FAILED"}  ${name}`);
  const passed = results.filter((result) => result.passed).length;
  console.log(`${kind}: passed ${passed} of ${results.length} specs`);
}

await requireConformanceParts();
await Deno.mkdir(DIST, { recursive: true });
if (options.node === "kubelet") tell("kubelet", await measureKubelet());
else await compareSkerry();
