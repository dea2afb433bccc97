/** The process's own output: written whole, with colours where they are wanted. */
import { equal, rejects } from "node:assert/strict";
import { CliError } from "./command.ts";
import { processOutput, type ProcessStream } from "./process_output.ts";

/** A stream that takes at most `most` bytes at once. */
function stream(
  { isTerminal = true, most = Infinity }: { isTerminal?: boolean; most?: number } = {},
): ProcessStream & { text(): string } {
  const taken: number[] = [];
  return {
    write(bytes) {
      const part = bytes.subarray(0, most);
      taken.push(...part);
      return Promise.resolve(part.length);
    },
    isTerminal: () => isTerminal,
    text: () => new TextDecoder().decode(Uint8Array.from(taken)),
  };
}

Deno.test("all is written though the system takes little at a time", async () => {
  const slow = stream({ most: 3 });
  await processOutput(slow, {}).write("täter 1234");
  await processOutput(slow, {}).write(new TextEncoder().encode("!"));
  equal(slow.text(), "täter 1234!");
});

Deno.test("a reader that is gone is told", async () => {
  const gone = { ...stream(), write: () => Promise.reject(new Deno.errors.BrokenPipe()) };
  await rejects(processOutput(gone, {}).write("x"), Deno.errors.BrokenPipe);
});

Deno.test("a full disk under the output is told as such, not as a defect", async () => {
  const full = { ...stream(), write: () => Promise.reject(new Error("No space left on device")) };
  const message = "the output cannot be written: No space left on device";
  await rejects(processOutput(full, {}).write("x"), new CliError(message));
});

const cases:
  readonly (readonly [env: Record<string, string>, isTerminal: boolean, colors: boolean])[] = [
    [{}, true, true],
    [{ NO_COLOR: "" }, true, true],
    [{ NO_COLOR: "1" }, true, false],
    [{ TERM: "dumb" }, true, false],
    [{ TERM: "xterm" }, false, false],
  ];

for (const [env, isTerminal, colors] of cases) {
  Deno.test(`colours: ${JSON.stringify(env)}, terminal: ${isTerminal}`, () => {
    equal(processOutput(stream({ isTerminal }), env).colors, colors);
  });
}
