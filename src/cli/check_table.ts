/** The findings of `skerry check` for people: a table, then what to do. */
import type { Finding, Verdict } from "../core/node/preflight.ts";
import type { Color } from "./colors.ts";
import { printable } from "./printable.ts";
import { renderTable, type TableStyle } from "./table.ts";

export const verdictColors: Readonly<Record<Verdict, Color>> = {
  ok: "green",
  warning: "yellow",
  error: "red",
};

/** Ends with a line feed. */
export function checkTable(findings: readonly Finding[], style: TableStyle): string {
  const rows = findings.map(({ name, verdict, detail }) => [
    name,
    { text: verdict, color: verdictColors[verdict] },
    detail,
  ]);
  const fixes = findings.flatMap(({ name, fix }) => fix === undefined ? [] : [fixLine(name, fix)]);
  const table = renderTable(["CHECK", "RESULT", "DETAIL"], rows, style);
  return fixes.length === 0 ? table : `${table}\nWhat to do:\n${fixes.join("")}`;
}

function fixLine(name: string, fix: string): string {
  return `  ${printable(name)}: ${printable(fix)}\n`;
}
