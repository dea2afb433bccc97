/** stdin of this process as the commands see it, and the terminal that it may be. */
import { makeTerminalRaw } from "../adapters/linux/raw_terminal.ts";
import type { Input } from "./command.ts";

/** What is used of `Deno.stdin`. */
export interface ProcessStdin {
  read(buffer: Uint8Array): Promise<number | null>;
  isTerminal(): boolean;
}

/** Its file descriptor. */
const STDIN = 0;

const bufferBytes = 64 * 1024;

export function processInput(stdin: ProcessStdin): Input {
  const buffer = new Uint8Array(bufferBytes);
  return {
    isTerminal: stdin.isTerminal(),
    async read() {
      const count = await stdin.read(buffer);
      return count === null ? null : buffer.subarray(0, count);
    },
    makeRaw: () => makeTerminalRaw(STDIN),
    size: () => Deno.consoleSize(),
    onResize(changed) {
      Deno.addSignalListener("SIGWINCH", changed);
      return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGWINCH", changed) };
    },
  };
}
