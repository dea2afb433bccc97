/** What every implementation of the log files must do. */
import assert from "node:assert/strict";
import type { LogReadOptions } from "../../src/core/log/read_options.ts";
import { NotFound } from "../../src/ports/errors.ts";
import type { LogFiles } from "../../src/ports/log_files.ts";

/** One implementation with an empty directory of its own, and the runtime's hand on it. */
export interface LogFilesSubject extends AsyncDisposable {
  readonly files: LogFiles;
  readonly directory: string;
  append(path: string, text: string): Promise<void>;
  /** The content of a compressed file. */
  uncompressed(path: string): Promise<string>;
  /** Lets followers see what happened. */
  tick(): Promise<void>;
}

const time = "2026-01-02T03:04:05.5Z";
const line = (text: string): string => `${time} stdout F ${text}\n`;
const whole: LogReadOptions = { follow: false, timestamps: false };

export function logFilesSuite(name: string, open: () => Promise<LogFilesSubject>): void {
  const test = (
    what: string,
    body: (subject: LogFilesSubject & { readonly log: string }) => Promise<void>,
  ): void =>
    Deno.test(`${name}: ${what}`, async () => {
      await using subject = await open();
      const { files, directory } = subject;
      const { append, uncompressed, tick } = subject;
      const log = `${directory}/0.log`;
      await body({ ...subject, files, directory, append, uncompressed, tick, log });
    });

  test("sizes and names", async ({ files, directory, log, append }) => {
    assert.equal(await files.size(log), null);
    assert.deepEqual(await files.list(`${directory}/nowhere`), []);
    await append(log, "äöü");
    assert.equal(await files.size(log), 6);
    assert.deepEqual(await files.list(directory), ["0.log"]);
  });

  test("renames, and removes twice as well as once", async ({ files, directory, log, append }) => {
    await append(log, "text");
    await files.rename({ from: log, to: `${log}.old` });
    assert.deepEqual(await files.list(directory), ["0.log.old"]);
    await files.remove(`${log}.old`);
    await files.remove(`${log}.old`);
    assert.deepEqual(await files.list(directory), []);
  });

  test("renaming what is not there names the path", async ({ files, log }) => {
    const move = files.rename({ from: log, to: `${log}.old` });
    await assert.rejects(move, (err: Error) => err.name === "Failed" && err.message.includes(log));
  });

  test("compressing puts a .gz in the file's place", async (subject) => {
    const { files, directory, log, append, uncompressed } = subject;
    await append(log, "text\n".repeat(50_000));
    await files.compress(log);
    assert.deepEqual(await files.list(directory), ["0.log.gz"]);
    assert.equal(await uncompressed(`${log}.gz`), "text\n".repeat(50_000));
  });

  const readings: readonly {
    readonly what: string;
    readonly options: Partial<LogReadOptions>;
    readonly gives: string;
  }[] = [
    { what: "everything", options: {}, gives: "a\nb\nc\n" },
    { what: "the last lines", options: { tailLines: 2 }, gives: "b\nc\n" },
    { what: "no lines", options: { tailLines: 0 }, gives: "" },
    { what: "so many bytes", options: { limitBytes: 3 }, gives: "a\nb" },
    { what: "no bytes", options: { limitBytes: 0 }, gives: "" },
    {
      what: "times",
      options: { tailLines: 1, timestamps: true },
      gives: "2026-01-02T03:04:05.500000000Z c\n",
    },
    { what: "what is newer", options: { since: Date.parse(time) + 1 }, gives: "" },
  ];
  for (const { what, options, gives } of readings) {
    test(`reads ${what}`, async ({ files, log, append }) => {
      await append(log, line("a") + line("b") + line("c"));
      const request = { path: log, options: { ...whole, ...options }, isEnded: () => true };
      assert.equal(await textOf(files.read(request, new AbortController().signal)), gives);
    });
  }

  test("reading what is not there throws NotFound", async ({ files, log }) => {
    const request = { path: log, options: whole, isEnded: () => true };
    await assert.rejects(textOf(files.read(request, new AbortController().signal)), NotFound);
  });

  test("follows until the container has ended, to its last word", async (subject) => {
    const { files, log, append, tick } = subject;
    await append(log, line("a"));
    let ended = false;
    const options = { ...whole, follow: true };
    const reading = textOf(
      files.read({ path: log, options, isEnded: () => ended }, new AbortController().signal),
    );
    await tick();
    await append(log, line("b") + `${time} stdout P c`);
    await tick();
    ended = true;
    await tick();
    assert.equal(await reading, "a\nb\nc");
  });

  test("following goes on in the new file after a rotation", async (subject) => {
    const { files, log, append, tick } = subject;
    await append(log, line("a"));
    let ended = false;
    const options = { ...whole, follow: true };
    const reading = textOf(
      files.read({ path: log, options, isEnded: () => ended }, new AbortController().signal),
    );
    await tick();
    await files.rename({ from: log, to: `${log}.old` });
    await append(log, line("b"));
    await tick();
    ended = true;
    await tick();
    assert.equal(await reading, "a\nb\n");
  });

  test("following ends when the signal aborts", async ({ files, log, append, tick }) => {
    await append(log, line("a"));
    const stop = new AbortController();
    const options = { ...whole, follow: true };
    const reading = textOf(files.read({ path: log, options, isEnded: () => false }, stop.signal));
    await tick();
    stop.abort();
    assert.equal(await reading, "a\n");
  });
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
  return text;
}
