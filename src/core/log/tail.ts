/** Finds where the last lines of a container's log begin, going backwards through the file block by block. */
import { concat } from "../bytes.ts";
import { parseLogLine } from "./cri_format.ts";

/** A part of the file and where it lies in it. */
export interface FileBlock {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Either the offset where the wanted lines begin, or the state to go on with at the block before. */
export type TailStep =
  | { readonly kind: "Found"; readonly offset: number }
  | { readonly kind: "Earlier"; readonly state: TailState };

/** Where the search stands; make one with {@linkcode startTail}. */
export interface TailState {
  /** Ends of the container's lines to pass before the next one is where the wanted part begins. */
  readonly left: number;
  /** It is not known yet whether the file ends with a finished line. */
  readonly atFileEnd: boolean;
  /** The later part of a log line whose beginning lies before the bytes seen so far. */
  readonly rest: Uint8Array;
  /** Offset past the newline of the line that `rest` belongs to; null when the file ends without one. */
  readonly lineEnd: number | null;
}

const NEWLINE = 0x0a;
/** Runtimes cut lines at 16 KiB; of what is longer (junk) the end need not be kept to know that. */
const LONGEST_LINE = 1 << 20;
const nothing = new Uint8Array(0);

/** Begins the search for the last `lines` lines, at least 1. */
export function startTail(lines: number): TailState {
  return { left: lines, atFileEnd: true, rest: nothing, lineEnd: null };
}

/**
 * Looks at the block in front of those seen so far. A line that the runtime cut into parts counts once, junk not at all,
 * and a line that has not ended yet is the last one. The block with offset 0 always gives `Found`.
 */
export function stepTail(state: TailState, { offset, bytes }: FileBlock): TailStep {
  let current = state;
  let end = bytes.length;
  for (let at = newlineBefore(bytes, end); at >= 0; at = newlineBefore(bytes, end)) {
    const step = passLine(current, concat([bytes.subarray(at + 1, end), current.rest]));
    if (step.kind === "Found") return step;
    current = { ...step.state, rest: nothing, lineEnd: offset + at + 1 };
    end = at;
  }
  const rest = concat([bytes.subarray(0, end), current.rest]);
  if (offset > 0) {
    return { kind: "Earlier", state: { ...current, rest: rest.subarray(0, LONGEST_LINE) } };
  }
  const first = passLine(current, rest);
  return first.kind === "Found" ? first : { kind: "Found", offset: 0 };
}

function newlineBefore(bytes: Uint8Array, end: number): number {
  return end === 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
}

/** Takes one whole log line into account. */
function passLine(state: TailState, bytes: Uint8Array): TailStep {
  const line = parseLogLine(bytes);
  if (line === null) return { kind: "Earlier", state };
  const { atFileEnd, lineEnd } = state;
  const ends = !line.partial && lineEnd !== null;
  if (!ends && !atFileEnd) return { kind: "Earlier", state };
  if (ends && state.left === 0) return { kind: "Found", offset: lineEnd };
  return { kind: "Earlier", state: { ...state, left: state.left - 1, atFileEnd: false } };
}
