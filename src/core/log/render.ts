/** Turns a log file's bytes into the bytes a container wrote, piece by piece and in bounded memory. */
import type { Instant } from "../instant.ts";
import { concat } from "../bytes.ts";
import { fixedWidthTime, parseLogLine } from "./cri_format.ts";

/** What to show. @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/ */
export interface RenderOptions {
  /** Leaves out lines that are older. */
  readonly since?: Instant;
  /** Puts the time in front of each of the container's lines. */
  readonly timestamps: boolean;
  /** Leaves out what was written to the other one. */
  readonly stream?: "stdout" | "stderr";
}

/** Where rendering stands between two pieces of the file. */
export interface RenderState {
  /** The beginning of a log line whose end has not been read. */
  readonly unfinished: Uint8Array;
  /** The next content starts a line of the container's output. */
  readonly atLineStart: boolean;
  /** What is being read is no log line, for it is too long: dropped up to its end. */
  readonly skipping: boolean;
  /** Bytes that may still be given out (`limitBytes`). */
  readonly remaining: number;
}

/** A piece of output, and the state to go on with. */
export interface Rendered {
  readonly state: RenderState;
  readonly output: Uint8Array;
}

/** Runtimes cut lines at 16 KiB; what is longer than this is junk. */
const LONGEST_LINE = 1 << 20;
const NEWLINE = 0x0a;
const nothing = new Uint8Array(0);
const newline = Uint8Array.of(NEWLINE);
const encoder = new TextEncoder();

/** The state at the beginning of a file, or at the beginning of any of its lines. */
export function startRendering(limitBytes: number = Infinity): RenderState {
  return { unfinished: nothing, atLineStart: true, skipping: false, remaining: limitBytes };
}

/** Renders the next bytes of the file; lines that are none are left out. */
export function render(state: RenderState, input: Uint8Array, options: RenderOptions): Rendered {
  const pieces: Uint8Array[] = [];
  let { unfinished, atLineStart, skipping } = state;
  let start = 0;
  for (let end = input.indexOf(NEWLINE); end >= 0; end = input.indexOf(NEWLINE, start)) {
    const line = concat([unfinished, input.subarray(start, end)]);
    if (!skipping) atLineStart = renderLine(pieces, line, { ...options, atLineStart });
    start = end + 1;
    skipping = false;
    unfinished = nothing;
  }
  unfinished = concat([unfinished, input.subarray(start)]);
  if (skipping || unfinished.length > LONGEST_LINE) {
    skipping = true;
    unfinished = nothing;
  }
  return limit({ ...state, unfinished: unfinished.slice(), atLineStart, skipping }, pieces);
}

/** Renders a last line that has no newline: what a crash or a full disk left of it. */
export function finishRendering(state: RenderState, options: RenderOptions): Rendered {
  if (state.unfinished.length === 0) return { state, output: nothing };
  const pieces: Uint8Array[] = [];
  const { atLineStart } = state;
  renderLine(pieces, state.unfinished, { ...options, atLineStart });
  return limit({ ...state, unfinished: nothing }, pieces);
}

/** Gives whether the next content starts a line. */
function renderLine(
  pieces: Uint8Array[],
  bytes: Uint8Array,
  options: RenderOptions & { readonly atLineStart: boolean },
): boolean {
  const line = parseLogLine(bytes);
  if (line === null) return options.atLineStart;
  if (options.stream !== undefined && line.stream !== options.stream) return options.atLineStart;
  if (options.since !== undefined && Date.parse(line.time) < options.since) {
    return options.atLineStart;
  }
  if (options.timestamps && options.atLineStart) {
    pieces.push(encoder.encode(`${fixedWidthTime(line.time)} `));
  }
  pieces.push(line.content);
  if (!line.partial) pieces.push(newline);
  return !line.partial;
}

function limit(state: RenderState, pieces: readonly Uint8Array[]): Rendered {
  // Copied, for the pieces are views into what the caller reads the next bytes into.
  const output = concat(pieces).slice();
  const allowed = output.length > state.remaining ? output.subarray(0, state.remaining) : output;
  return { state: { ...state, remaining: state.remaining - allowed.length }, output: allowed };
}
