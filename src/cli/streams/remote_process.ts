/** A process in a container whose streams are those of the command line. */
import type { StreamChoice } from "../../core/stream/stream_request.ts";
import type { CommandContext, Input, Output } from "../command.ts";
import { exitCodeOf } from "./process_status.ts";
import type { SpdyConnection, SpdyStream } from "./spdy_connection.ts";

/** Of kubectl's and the runtimes' protocol for processes. */
export const processProtocols = ["v4.channel.k8s.io"] as const;

/** The query of a request for such streams. */
export function processQuery(
  { stdin, stdout, stderr, tty }: StreamChoice,
  command: readonly string[] = [],
): URLSearchParams {
  const query = new URLSearchParams(command.map((word) => ["command", word]));
  const asked = { input: stdin, output: stdout, error: stderr, tty };
  for (const [name, on] of Object.entries(asked)) if (on) query.set(name, "1");
  return query;
}

/**
 * Carries the streams until the process ends; gives its exit code, or null where the connection broke off before. A terminal
 * is raw meanwhile. What stdin still has is not read any further.
 */
export async function carryProcess(
  connection: SpdyConnection,
  streams: StreamChoice,
  { stdin, stdout, stderr }: Pick<CommandContext, "stdin" | "stdout" | "stderr">,
): Promise<number | null> {
  const open = (streamtype: string): Promise<SpdyStream> => connection.open({ streamtype });
  // In the order in which the other side expects them.
  const status = await open("error");
  const input = streams.stdin ? await open("stdin") : null;
  const output = streams.stdout ? await open("stdout") : null;
  const errors = streams.stderr ? await open("stderr") : null;
  const sizes = streams.tty ? await open("resize") : null;
  using cleanup = new DisposableStack();
  if (streams.tty && stdin.isTerminal) {
    if (input !== null) cleanup.use(stdin.makeRaw());
    if (sizes !== null) cleanup.use(followSize(stdin, sizes));
  }
  // The process ends when it likes, whatever is still typed.
  if (input !== null) void feed(stdin, input).catch(() => {});
  const [text] = await Promise.all([
    readText(status),
    output && print(output, stdout),
    errors && print(errors, stderr),
  ]);
  return text === "" ? null : exitCodeOf(text);
}

async function feed(stdin: Input, stream: SpdyStream): Promise<void> {
  for (let bytes = await stdin.read(); bytes !== null; bytes = await stdin.read()) {
    await stream.write(bytes);
  }
  await stream.end();
}

async function print(stream: SpdyStream, output: Output): Promise<void> {
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
    await output.write(bytes);
  }
}

export async function readText(stream: SpdyStream): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) {
    text += decoder.decode(bytes, { stream: true });
  }
  return text;
}

/** Tells the process how large its terminal is, now and whenever that changes. */
function followSize(stdin: Input, stream: SpdyStream): Disposable {
  const tell = (): void => {
    const { columns, rows } = stdin.size();
    const size = new TextEncoder().encode(JSON.stringify({ Width: columns, Height: rows }));
    void stream.write(size).catch(() => {/* the process has ended */});
  };
  tell();
  return stdin.onResize(tell);
}
