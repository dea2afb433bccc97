/** The process's standard error as the log's sink. */
import { fstatSync } from "node:fs";

const encoder = new TextEncoder();
const stderrFd = 2;

/** Writes all of it before it returns. Throws what the system says, such as a reader that is gone. */
export function writeToStderr(line: string): void {
  let rest = encoder.encode(line);
  while (rest.length > 0) rest = rest.subarray(Deno.stderr.writeSync(rest));
}

/** Whether standard error is systemd's journal; `journalStream` is the variable JOURNAL_STREAM. @see systemd.exec(5) */
export function stderrIsJournal(journalStream: string | undefined): boolean {
  if (journalStream === undefined) return false;
  const { dev, ino } = fstatSync(stderrFd);
  return journalStream === `${dev}:${ino}`;
}
