/** The local store in words, for `skerry status`. */
import type { Instant } from "../core/instant.ts";
import { storeProblemText, type StoreState } from "../core/store_state.ts";
import { yearlyBytes } from "../core/yearly_bytes.ts";
import type { Color } from "./colors.ts";

interface Line {
  readonly text: string;
  readonly color?: Color;
}

export function storeLines(
  state: StoreState,
  times: { readonly startedAt: Instant; readonly now: Instant },
): readonly Line[] {
  return [...writtenLines(state, times), ...wrongWith(state).map(redLine)];
}

function writtenLines(
  { writtenBytes }: StoreState,
  times: { readonly startedAt: Instant; readonly now: Instant },
): readonly Line[] {
  if (writtenBytes === null) return [];
  const causes = Object.entries(writtenBytes).filter(([, bytes]) => bytes > 0);
  const bytes = causes.reduce((sum, [, each]) => sum + each, 0);
  const parts = causes.map(([cause, each]) => `${cause} ${shown(each)}`).join(", ");
  const yearly = yearlyBytes({ bytes, ...times });
  const rate = yearly === null ? "" : `, about ${shown(yearly)} a year`;
  return [{ text: `${shown(bytes)} written since the start${parts && ` (${parts})`}${rate}` }];
}

function wrongWith({ problem, setAside, key }: StoreState): readonly string[] {
  return [
    problem === null ? "" : storeProblemText(problem),
    setAside === null ? "" : `it was damaged, and is set aside as ${setAside}`,
    key.problem === "" ? "" : `no key, so Secrets and tokens are not stored: ${key.problem}`,
    key.unreadable === 0
      ? ""
      : `${key.unreadable} stored Secrets and tokens do not open with the key ${key.path}`,
  ].filter((text) => text !== "");
}

function redLine(text: string): Line {
  return { text, color: "red" };
}

const units = ["B", "kB", "MB", "GB", "TB"] as const;

function shown(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3);
  const index = Math.min(exponent, units.length - 1);
  const value = bytes / 1000 ** index;
  return `${index === 0 ? Math.round(value) : value.toFixed(1)} ${units[index]}`;
}
