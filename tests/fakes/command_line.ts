/** Runs a command line in this process and keeps what it prints. */
import { fail } from "node:assert/strict";
import type { Input, Output } from "../../src/cli/command.ts";
import type { CommandEntry } from "../../src/cli/command_table.ts";
import { main } from "../../src/cli/main.ts";

/** What a command printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The whole environment of the command; empty unless given. */
  readonly env?: Readonly<Record<string, string>>;
  /** Stands for Ctrl-C. */
  readonly signal?: AbortSignal;
  /** Both outputs are a terminal with colours and 80 columns. */
  readonly terminal?: boolean;
  /** Called with each piece of stdout before it is kept; what it throws, the write throws. */
  readonly onStdout?: (text: string) => void;
  /** Empty unless given. */
  readonly stdin?: Input;
  /** Instead of Skerry's own commands. */
  readonly commands?: readonly CommandEntry[];
}

/** Runs `skerry ARGS`. */
export async function runCommand(
  args: readonly string[],
  { env = {}, signal, terminal = false, onStdout, stdin = noInput, commands }: RunOptions = {},
): Promise<Ran> {
  const stdout = captured({ terminal, ...(onStdout && { before: onStdout }) });
  const stderr = captured({ terminal });
  const context = {
    stdin,
    stdout,
    stderr,
    env,
    signal: signal ?? new AbortController().signal,
    pid: 1,
  };
  const code = await main(args, context, commands);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

const noInput: Input = {
  isTerminal: false,
  read: () => Promise.resolve(null),
  makeRaw: () => fail("there is no terminal"),
  size: () => fail("there is no terminal"),
  onResize: () => fail("there is no terminal"),
};

function captured(
  { terminal, before }: { readonly terminal: boolean; readonly before?: (text: string) => void },
): Output & { text(): string } {
  const decoder = new TextDecoder();
  let text = "";
  return {
    // deno-lint-ignore require-await -- what fails must reject
    async write(data) {
      const piece = typeof data === "string" ? data : decoder.decode(data, { stream: true });
      before?.(piece);
      text += piece;
    },
    isTerminal: terminal,
    colors: terminal,
    columns: () => terminal ? 80 : undefined,
    text: () => text,
  };
}
