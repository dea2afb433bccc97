/** The last words of a container in its log, for a termination message. */
import { finishRendering, render, startRendering } from "./render.ts";
import { startTail, stepTail } from "./tail.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * What the last lines of a log file say, without times and streams; of that the last bytes. `log` is the end of the
 * file's text, and may begin within a line.
 * @see https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/ (FallbackToLogsOnError)
 */
export function lastLogText(
  log: string,
  { maxBytes, maxLines }: { readonly maxBytes: number; readonly maxLines: number },
): string {
  const bytes = encoder.encode(log);
  const step = stepTail(startTail(maxLines), { offset: 0, bytes });
  const from = step.kind === "Found" ? step.offset : 0;
  const plain = { timestamps: false };
  const whole = render(startRendering(), bytes.subarray(from), plain);
  const rest = finishRendering(whole.state, plain);
  return lastBytes([whole.output, rest.output], maxBytes);
}

function lastBytes(pieces: readonly Uint8Array[], maxBytes: number): string {
  const text = encoder.encode(pieces.map((piece) => decoder.decode(piece)).join(""));
  let start = Math.max(0, text.length - maxBytes);
  while (start > 0 && isContinuation(text[start])) start += 1;
  return decoder.decode(text.subarray(start));
}

/** A byte in the middle of a UTF-8 character. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
