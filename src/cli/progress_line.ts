/** One line on a terminal that is written over again and again. */
import type { Output } from "./command.ts";
import { printable } from "./printable.ts";

export interface ProgressLine {
  /** Shows another text in place of the one before. */
  show(text: string): Promise<void>;
  /** Takes the line away, so that other output may follow. */
  clear(): Promise<void>;
}

/** Says nothing where nobody looks on. */
export function progressLine(output: Output): ProgressLine {
  const redraw = async (text: string): Promise<void> => {
    if (output.isTerminal) await output.write(`\r\x1b[K${text}`);
  };
  return {
    // A line that is too long would wrap, and could not be taken away again.
    show: (text) => redraw([...printable(text)].slice(0, (output.columns() ?? 80) - 1).join("")),
    clear: () => redraw(""),
  };
}
