/** Reads one container's log: from its tail on, and on while the container writes, across rotations. */
import type { LogReadOptions } from "../../core/log/read_options.ts";
import {
  finishRendering,
  render,
  type Rendered,
  type RenderState,
  startRendering,
} from "../../core/log/render.ts";
import type { Clock } from "../../ports/clock.ts";
import { NotFound } from "../../ports/errors.ts";
import { orNull } from "../linux/or_null.ts";
import type { ChangeHints } from "./change_hint.ts";
import { named } from "./port_errors.ts";
import { tailOffset } from "./tail_offset.ts";

export interface ReadLogOptions {
  readonly path: string;
  readonly options: LogReadOptions;
  /** Whether the container will write no more. */
  readonly isEnded: () => boolean;
  readonly clock: Clock;
  readonly hints: ChangeHints;
  /** Ends the reading without an error. */
  readonly signal: AbortSignal;
}

const blockBytes = 64 * 1_024;
/** A change that nobody hinted at is found after this long. */
const pollMs = 1_000;
/** After the runtime has opened a new file it may still finish a line in the old one. */
const rotationSettleMs = 50;

/** The bytes that the container wrote. @see LogFiles.read for what callers may rely on. */
export async function* readLog(request: ReadLogOptions): AsyncGenerator<Uint8Array> {
  const { options, signal, path } = request;
  using reader = await LogReader.open(path, options);
  if (!options.follow) return yield* reader.readToEnd(signal, { finish: true });
  using hint = request.hints(path.slice(0, path.lastIndexOf("/")));
  while (!signal.aborted && !reader.isFull) {
    // Looked at before reading, so that what was written up to then is read before anything is concluded.
    const ended = request.isEnded();
    const rotated = await reader.isRotated();
    if (rotated) await settle(request);
    yield* reader.readToEnd(signal, { finish: rotated || ended });
    if (rotated) await reader.reopen();
    else if (ended) return;
    else await hint.wait(pollMs, signal);
  }
}

async function settle({ clock, signal }: ReadLogOptions): Promise<void> {
  try {
    await clock.sleep(rotationSettleMs, signal);
  } catch (err) {
    if (!signal.aborted) throw err;
  }
}

/** The open file, the place in it, and the state of the rendering. */
class LogReader implements Disposable {
  readonly #path: string;
  readonly #options: LogReadOptions;
  readonly #buffer = new Uint8Array(blockBytes);
  #file: Deno.FsFile;
  #position: number;
  #state: RenderState;

  private constructor(path: string, options: LogReadOptions, file: Deno.FsFile, position: number) {
    this.#path = path;
    this.#options = options;
    this.#file = file;
    this.#position = position;
    this.#state = startRendering(options.limitBytes);
  }

  static async open(path: string, options: LogReadOptions): Promise<LogReader> {
    const file = await openLog(path);
    try {
      return new LogReader(path, options, file, await tailOffset(file, options.tailLines));
    } catch (err) {
      file.close();
      throw err;
    }
  }

  /** The limit is reached. */
  get isFull(): boolean {
    return this.#state.remaining <= 0;
  }

  /** Gives what there is; `finish` gives a last line without its newline too. */
  async *readToEnd(
    signal: AbortSignal,
    { finish }: { readonly finish: boolean },
  ): AsyncGenerator<Uint8Array> {
    await this.#startOverWhenTruncated();
    while (!signal.aborted && !this.isFull) {
      await this.#file.seek(this.#position, Deno.SeekMode.Start);
      const count = await this.#file.read(this.#buffer) ?? 0;
      if (count === 0) break;
      this.#position += count;
      yield* this.#take(render(this.#state, this.#buffer.subarray(0, count), this.#options));
    }
    if (finish && !signal.aborted) yield* this.#take(finishRendering(this.#state, this.#options));
  }

  *#take({ state, output }: Rendered): Generator<Uint8Array> {
    this.#state = state;
    if (output.length > 0) yield output;
  }

  async #startOverWhenTruncated(): Promise<void> {
    const { size } = await this.#file.stat();
    if (size >= this.#position) return;
    this.#position = 0;
    this.#state = startRendering(this.#state.remaining);
  }

  /** Whether the runtime writes to another file of that name now; not while there is none. */
  async isRotated(): Promise<boolean> {
    const open = await this.#file.stat();
    const named = await orNull(Deno.stat(this.#path));
    return named !== null && (named.ino !== open.ino || named.dev !== open.dev);
  }

  /** Goes on at the beginning of the new file; stays where it is when that has gone again. */
  async reopen(): Promise<void> {
    const file = await orNull(Deno.open(this.#path));
    if (file === null) return;
    this.#file.close();
    this.#file = file;
    this.#position = 0;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

async function openLog(path: string): Promise<Deno.FsFile> {
  const file = await named(path, () => orNull(Deno.open(path)));
  if (file === null) throw new NotFound(`failed to open log file "${path}": no such file`);
  return file;
}
