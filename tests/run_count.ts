/** Counts what a group of checks or tests came to, from how it ended and what it said. */

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** How one group ended. */
export interface Ending {
  /** All that it wrote to its standard output. */
  readonly output: string;
  readonly success: boolean;
  /** A run of `deno test`, which counts by itself; anything else counts as one. */
  readonly isTest: boolean;
}

// deno-lint-ignore no-control-regex -- the colours of a terminal
const COLORS = /\x1b\[[0-9;]*m/g;
const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \(.*?\))? \| (\d+) failed/gm;

/** A test run that ends without its summary, or badly in spite of it, is a failure of its own. */
export function count({ output, success, isTest }: Ending): Count {
  if (!isTest) return { passed: Number(success), failed: Number(!success) };
  const [, passed, failed] = [...output.replace(COLORS, "").matchAll(SUMMARY)].at(-1) ?? [];
  if (passed === undefined) return { passed: 0, failed: 1 };
  const failures = Number(failed);
  return { passed: Number(passed), failed: success ? failures : Math.max(failures, 1) };
}

const ERRORS = /^ ERRORS $/gm;
const LONGEST_REPORT = 6000;

/** What a test run says of its failures, its end where it is long: so that a run's last page tells what failed. */
export function failureReport(output: string): string {
  const plain = output.replace(COLORS, "");
  const start = [...plain.matchAll(ERRORS)].at(-1)?.index ?? plain.length;
  return plain.slice(start).slice(-LONGEST_REPORT).trim();
}

export function total(counts: readonly Count[]): Count {
  const sum = (pick: (each: Count) => number) => counts.reduce((n, each) => n + pick(each), 0);
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed) };
}

/** The last line of a run. */
export function countLine({ passed, failed }: Count): string {
  return `${passed} passed, ${failed} failed`;
}
