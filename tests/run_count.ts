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

export function total(counts: readonly Count[]): Count {
  const sum = (pick: (each: Count) => number) => counts.reduce((n, each) => n + pick(each), 0);
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed) };
}

/** The last line of a run. */
export function countLine({ passed, failed }: Count): string {
  return `${passed} passed, ${failed} failed`;
}
