/** Tables for people, laid out as kubectl's: columns as wide as needed, three spaces apart, no lines. */
import { type Color, paint } from "./colors.ts";
import { printable } from "./printable.ts";

/** Text, or text in a colour. Control characters in it are escaped, so that any value may be shown. */
export type Cell = string | { readonly text: string; readonly color?: Color | undefined };

/** What the table is written to; an `Output` fits. */
export interface TableStyle {
  readonly colors: boolean;
}

const gap = "   ";

/** The whole table with its header, each line ended by a line feed. Rows may be shorter than the header. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: TableStyle = { colors: false },
): string {
  return growingTable(header, style)(rows);
}

/** A table to which rows are added later: gives the lines to print next; the header comes first, and columns never shrink. */
export function growingTable(
  header: readonly string[],
  style: TableStyle = { colors: false },
): (rows: readonly (readonly Cell[])[]) => string {
  let pending: readonly (readonly Cell[])[] = [header];
  let widths: readonly number[] = [];
  return (rows) => {
    const lines = [...pending, ...rows];
    pending = [];
    widths = lines.reduce(widen, widths);
    return lines.map((cells) => `${renderLine(cells, widths, style)}\n`).join("");
  };
}

function widen(widths: readonly number[], cells: readonly Cell[]): readonly number[] {
  const columns = Math.max(widths.length, cells.length);
  return Array.from({ length: columns }, (_, column) => {
    return Math.max(widths[column] ?? 0, widthOf(textOf(cells[column] ?? "")));
  });
}

function renderLine(
  cells: readonly Cell[],
  widths: readonly number[],
  { colors }: TableStyle,
): string {
  const parts = cells.map((cell, column) => {
    const text = textOf(cell);
    const color = typeof cell === "string" ? undefined : cell.color;
    // Colours are put on before padding is, for they take no room.
    return paint(text, { color, colors }) + " ".repeat((widths[column] ?? 0) - widthOf(text));
  });
  return parts.join(gap).trimEnd();
}

function textOf(cell: Cell): string {
  return printable(typeof cell === "string" ? cell : cell.text);
}

/** Characters, not UTF-16 units. */
function widthOf(text: string): number {
  return [...text].length;
}
