/**
 * `deno task test`: every check and every test, one group after another; the last line counts them all.
 *
 * A group that is no test (format, lint, layers, types, build) counts as one. A group that fails does not keep the next ones
 * from running.
 */
import { requireLabParts, requireRegistryParts } from "./lab/parts.ts";

interface Group {
  readonly name: string;
  readonly args: readonly string[];
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
  tests("unit", "--parallel", "src", "tests/checks"),
  tests("scenario", "--parallel", "tests/scenario", "tests/contract/fake"),
  tests("contract", "tests/contract/real"),
  tests("end to end", "tests/e2e"),
];

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const ROOT = new URL("..", import.meta.url).pathname;
// deno-lint-ignore no-control-regex -- the colours of a terminal
const COLORS = /\x1b\[[0-9;]*m/g;
const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \(.*?\))? \| (\d+) failed/m;

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

async function run({ name, args }: Group): Promise<Count> {
  console.log(`\n## ${name}`);
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = (await shown(child.stdout)).replace(COLORS, "");
  const { success } = await child.status;
  console.log(`## ${name}: ${Math.round((performance.now() - started) / 1000)} s`);
  return count({ output, success, isTest: args[0] === "test" });
}

/** A test run that ends without its summary, or badly in spite of it, is a failure of its own. */
function count(
  { output, success, isTest }: {
    readonly output: string;
    readonly success: boolean;
    readonly isTest: boolean;
  },
): Count {
  const [, passed, failed] = SUMMARY.exec(output) ?? [];
  if (!isTest || passed === undefined) {
    const ok = success && !isTest;
    return { passed: Number(ok), failed: Number(!ok) };
  }
  const failures = Number(failed);
  return { passed: Number(passed), failed: success || failures > 0 ? failures : 1 };
}

await requireLabParts();
await requireRegistryParts();
let total: Count = { passed: 0, failed: 0 };
for (const group of GROUPS) {
  const { passed, failed } = await run(group);
  total = { passed: total.passed + passed, failed: total.failed + failed };
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
if (total.failed > 0) Deno.exit(1);
