/** One measured figure and its target, and how they are printed: `name  value unit  target  ok|MISS`. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most the value may be; a figure without one is printed for orientation. */
  readonly atMost?: number;
}

/** Whether the figure keeps its target. */
export function keeps({ value, atMost }: Figure): boolean {
  return atMost === undefined || value <= atMost;
}

/** The figure's line. */
export function line(figure: Figure): string {
  const { name, value, unit, atMost } = figure;
  const target = atMost === undefined ? "-" : `<= ${atMost} ${unit}`;
  const verdict = keeps(figure) ? "ok" : "MISS";
  return `${name.padEnd(56)}  ${rounded(value)} ${unit}  ${target}  ${verdict}`;
}

function rounded(value: number): string {
  return `${Number.isInteger(value) ? value : Number(value.toPrecision(3))}`;
}

/** The middle of some numbers; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The smallest of the values that so many percent of them do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * percent / 100) - 1] ?? NaN;
}
