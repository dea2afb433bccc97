/** Image pulls that are under way, a line each. */
import type { PullView } from "../server/control/control_api.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./table.ts";

/** `Pulling IMAGE   12.3/48.1 MB   25%`, with the columns aligned; "" when nothing is pulled. */
export function pullLines(pulls: readonly PullView[]): string {
  const [first, ...rest] = pulls.map((pull) => [
    `Pulling ${printable(pull.image)}`,
    amount(pull),
    percent(pull),
  ]);
  return first === undefined ? "" : renderTable(first, rest);
}

function amount({ doneBytes, totalBytes }: PullView): string {
  const total = totalBytes > 0 ? `/${megabytes(totalBytes)}` : "";
  return `${megabytes(doneBytes)}${total} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function percent({ doneBytes, totalBytes }: PullView): string {
  if (totalBytes <= 0) return "";
  return `${Math.min(100, Math.floor((doneBytes / totalBytes) * 100))}%`;
}
