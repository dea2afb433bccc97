/**
 * The lines of a container's log file: `TIME STREAM TAG CONTENT`, as container runtimes write them.
 * @see https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */

/** One line of the file. `time` is RFC 3339 with up to nanoseconds, as written. */
export interface LogLine {
  readonly time: string;
  readonly stream: "stdout" | "stderr";
  /** The container's line goes on in the next log line of the same stream. */
  readonly partial: boolean;
  /** What the container wrote, without the newline; any bytes. A view into the line that was parsed. */
  readonly content: Uint8Array;
}

const SPACE = 0x20;
const COLON = 0x3a;
const LETTER_F = 0x46;
const LETTER_P = 0x50;
/** `2026-01-02T03:04:05.000000000+00:00` and some room. */
const LONGEST_TIME = 64;
const STREAMS = ["stdout", "stderr"] as const;

const decoder = new TextDecoder();

/** Parses a line without its newline; null for what is none, such as half a line after a power cut. */
export function parseLogLine(line: Uint8Array): LogLine | null {
  const timeEnd = line.subarray(0, LONGEST_TIME).indexOf(SPACE);
  if (timeEnd < 1) return null;
  const stream = streamAt(line, timeEnd + 1);
  if (stream === null) return null;
  const tagStart = timeEnd + 1 + stream.length + 1;
  const partial = partialTag(line, tagStart);
  if (partial === null) return null;
  const tagEnd = line.indexOf(SPACE, tagStart);
  const time = decoder.decode(line.subarray(0, timeEnd));
  if (!isTime(time)) return null;
  return { time, stream, partial, content: line.subarray(tagEnd < 0 ? line.length : tagEnd + 1) };
}

function streamAt(line: Uint8Array, start: number): LogLine["stream"] | null {
  for (const stream of STREAMS) {
    if (line[start + stream.length] !== SPACE) continue;
    if (decoder.decode(line.subarray(start, start + stream.length)) === stream) return stream;
  }
  return null;
}

/** Tags are separated by colons, and the first one tells: F for a full line (or a line's end), P for a part. */
function partialTag(line: Uint8Array, start: number): boolean | null {
  const after = line[start + 1];
  if (after !== undefined && after !== SPACE && after !== COLON) return null;
  switch (line[start]) {
    case LETTER_F:
      return false;
    case LETTER_P:
      return true;
    default:
      return null;
  }
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text);
}

/** The time with all nine digits of its fraction, as `kubectl logs --timestamps` prints it: lines then align. */
export function fixedWidthTime(time: string): string {
  const [, seconds = time, fraction = "", zone = ""] =
    /^(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  return `${seconds}.${fraction.padEnd(9, "0")}${zone}`;
}
