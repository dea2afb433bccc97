/**
 * `deno task test`: every check and every test, one group after another; the last line counts them all.
 *
 * A group that is no test (format, lint, layers, types, build) counts as one. A group that fails does not keep the next ones
 * from running.
 */
import { requireClusterParts } from "./lab/cluster_programs.ts";
import { requireMetricsServer } from "./lab/metrics_server.ts";
import {
  MissingParts,
  requireLabParts,
  requirePrometheusParts,
  requireRegistryParts,
  requireTraceParts,
  requireUnitParts,
} from "./lab/parts.ts";
import { requireSupervisor } from "./lab/supervisor.ts";
import { requireTunnelServer } from "./lab/tunnel_server.ts";
import { type Count, count, countLine, failureReport, total } from "./run_count.ts";

interface Group {
  readonly name: string;
  readonly args: readonly string[];
}

/** How a group ended, and what it said of its failures. */
interface Ended {
  readonly name: string;
  readonly counted: Count;
  readonly report: string;
}

const check = (name: string, ...args: string[]): Group => ({ name, args });
const tests = (name: string, ...args: string[]): Group => ({
  name,
  args: ["test", "--quiet", "--allow-all", "--no-check", ...args],
});

const GROUPS: readonly Group[] = [
  check("format", "fmt", "--quiet", "--check"),
  check("lint", "lint", "--quiet"),
  check("layers", "run", "--quiet", "--allow-read=.", "tests/checks/layers.ts"),
  check("types", "check", "--quiet", "main.ts", "src", "tests", "deploy", "proto", "docs"),
  check("build", "run", "--quiet", "--allow-all", "deploy/build.ts", "--bundle-only"),
  tests(
    "unit",
    "--parallel",
    "src",
    "tests/checks",
    "tests/differential",
    "tests/conformance",
    "tests/power",
  ),
  tests("scenario", "--parallel", "tests/scenario", "tests/contract/fake"),
  check("tunnel's server build", "run", "--quiet", "--allow-all", "tests/lab/tunnel_server.ts"),
  tests("contract", "tests/contract/real"),
  tests("end to end", "--ignore=tests/e2e/cluster", "tests/e2e"),
  check("cluster build", "run", "--quiet", "--allow-all", "tests/lab/cluster_programs.ts"),
  check("metrics-server build", "run", "--quiet", "--allow-all", "tests/lab/metrics_server.ts"),
  tests("cluster", "tests/e2e/cluster"),
];

const ROOT = new URL("..", import.meta.url).pathname;

/** Shows the output while it comes, and gives all of it. */
async function shown(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    await Deno.stdout.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

async function run({ name, args }: Group): Promise<Ended> {
  console.log(`\n## ${name}`);
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = await shown(child.stdout);
  const { success } = await child.status;
  const counted = count({ output, success, isTest: args[0] === "test" });
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`## ${name}: ${countLine(counted)} in ${seconds} s`);
  return { name, counted, report: failureReport(output) };
}

/** A log that was cut off at its beginning still tells what failed. */
function showFailures(groups: readonly Ended[]): void {
  for (const { name, counted, report } of groups) {
    if (counted.failed > 0) console.log(`\n## ${name} failed\n${report}`);
  }
}

/** What is missing on the machine fails a run before it begins: nothing is skipped. */
async function requireParts(): Promise<void> {
  await requireLabParts();
  await requireRegistryParts();
  await requireTraceParts();
  await requireUnitParts();
  await requirePrometheusParts();
  await requireClusterParts();
  await requireMetricsServer();
  await requireTunnelServer();
  await requireSupervisor();
}

async function runAll(): Promise<Count> {
  try {
    await requireParts();
  } catch (error) {
    if (!(error instanceof MissingParts)) throw error;
    console.error(error.message);
    return { passed: 0, failed: 1 };
  }
  const groups: Ended[] = [];
  for (const group of GROUPS) groups.push(await run(group));
  showFailures(groups);
  return total(groups.map(({ counted }) => counted));
}

const counted = await runAll();
console.log(`\n${countLine(counted)}`);
if (counted.failed > 0) Deno.exit(1);
