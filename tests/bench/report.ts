/** Prints figures as they are measured, and ends the program with 1 when one of them misses its target. */
import { type Figure, keeps, line } from "./figures.ts";

/** Measures part after part; `report` takes each group of figures as it is measured. */
export type Part = (report: (figures: readonly Figure[]) => void) => Promise<void>;

/** Runs all parts, or the one that is asked for. Throws for a name that is none of them. */
export async function runParts(
  parts: Readonly<Record<string, Part>>,
  only: string | undefined,
): Promise<void> {
  const wanted = Object.entries(parts).filter(([name]) => only === undefined || only === name);
  if (wanted.length === 0) throw new Error(`${only} is none of ${Object.keys(parts).join(", ")}`);
  const missed: Figure[] = [];
  const report = (figures: readonly Figure[]): void => {
    for (const figure of figures) console.log(line(figure));
    missed.push(...figures.filter((figure) => !keeps(figure)));
  };
  for (const [, measure] of wanted) await measure(report);
  Deno.exitCode = missed.length > 0 ? 1 : 0;
}
