/** Log files in memory, which can be told to fail. */
import { finishRendering, render, startRendering } from "../../src/core/log/render.ts";
import { startTail, stepTail } from "../../src/core/log/tail.ts";
import { compressedSuffix } from "../../src/core/node/log_rotation.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { Failed, NotFound, Unavailable } from "../../src/ports/errors.ts";
import type { LogFiles, LogReadRequest } from "../../src/ports/log_files.ts";

const encoder = new TextEncoder();

/** A compressed file keeps its text, so that tests can look at it. */
export class FakeLogFiles implements LogFiles {
  readonly texts = new Map<string, string>();
  /** Set to make every write fail, as on a full disk. */
  full = false;
  readonly #clock: Clock;

  /** Followers look for more once a second of this clock. */
  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** What the runtime does when a container writes. */
  append(path: string, text: string): void {
    this.texts.set(path, (this.texts.get(path) ?? "") + text);
  }

  /** The names of all files, sorted. */
  names(): readonly string[] {
    return [...this.texts.keys()].toSorted();
  }

  size(path: string): Promise<number | null> {
    const text = this.texts.get(path);
    return Promise.resolve(text === undefined ? null : encoder.encode(text).length);
  }

  list(directory: string): Promise<readonly string[]> {
    const inside = this.names().filter((path) => path.startsWith(`${directory}/`));
    return Promise.resolve(inside.map((path) => path.slice(directory.length + 1)));
  }

  rename({ from, to }: { readonly from: string; readonly to: string }): Promise<void> {
    return this.#write(from, (text) => {
      this.texts.delete(from);
      this.texts.set(to, text);
    });
  }

  remove(path: string): Promise<void> {
    this.texts.delete(path);
    return Promise.resolve();
  }

  compress(path: string): Promise<void> {
    return this.#write(path, (text) => {
      this.texts.delete(path);
      this.texts.set(`${path}${compressedSuffix}`, text);
    });
  }

  async *read(
    { path, options, isEnded }: LogReadRequest,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    let text = this.#text(path);
    let rest = tailOf(text, options.tailLines);
    let state = startRendering(options.limitBytes);
    while (!signal.aborted && state.remaining > 0) {
      const last = isEnded() || !options.follow;
      const rendered = render(state, rest, options);
      const finished = last ? finishRendering(rendered.state, options) : null;
      state = finished?.state ?? rendered.state;
      for (const { output } of [rendered, ...(finished ? [finished] : [])]) {
        if (output.length > 0) yield output;
      }
      if (last) return;
      await this.#second(signal);
      const now = this.texts.get(path) ?? "";
      rest = encoder.encode(now.startsWith(text) ? now.slice(text.length) : now);
      text = now;
    }
  }

  async #second(signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(1_000, signal);
    } catch (err) {
      if (!signal.aborted) throw err;
    }
  }

  #text(path: string): string {
    const text = this.texts.get(path);
    if (text === undefined) throw new NotFound(`failed to open log file "${path}": no such file`);
    return text;
  }

  #write(path: string, change: (text: string) => void): Promise<void> {
    if (this.full) return Promise.reject(new Unavailable(`${path}: No space left on device`));
    const text = this.texts.get(path);
    if (text === undefined) return Promise.reject(new Failed(`${path}: No such file or directory`));
    change(text);
    return Promise.resolve();
  }
}

function tailOf(text: string, lines: number | undefined): Uint8Array {
  const bytes = encoder.encode(text);
  if (lines === undefined) return bytes;
  if (lines === 0) return bytes.subarray(bytes.length);
  const step = stepTail(startTail(lines), { offset: 0, bytes });
  return bytes.subarray(step.kind === "Found" ? step.offset : 0);
}
