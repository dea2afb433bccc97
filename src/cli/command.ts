/** What a subcommand gets from the program, and the shape of the module that implements one. */
import type { Command } from "commander";
import { ExitCode } from "./exit_codes.ts";

/** A stream to the person or program that called: stdout or stderr. */
export interface Output {
  /** Resolves when everything is handed to the system. Rejects with `Deno.errors.BrokenPipe` when the reader is gone. */
  write(data: string | Uint8Array): Promise<void>;
  /** True when a person looks on: tables may use colours and progress may redraw a line. */
  readonly isTerminal: boolean;
  /** Colours are wanted: a terminal, and neither NO_COLOR nor TERM=dumb is set. */
  readonly colors: boolean;
  /** Width in columns at this moment; undefined where it is not a terminal. */
  columns(): number | undefined;
}

/** The stream from the person or program that called: stdin. */
export interface Input {
  /** True when a person types it. */
  readonly isTerminal: boolean;
  /** The next bytes, good until the next call; null at the end. */
  read(): Promise<Uint8Array | null>;
  /** Of a terminal: each key comes at once and unseen, Ctrl-C too, until disposed of. */
  makeRaw(): Disposable;
  /** Of a terminal, at this moment. */
  size(): { readonly columns: number; readonly rows: number };
  /** Calls back when the terminal has another size, until disposed of. */
  onResize(changed: () => void): Disposable;
}

/** Everything of the process that a subcommand may use; commands never read Deno.args or Deno.env. */
export interface CommandContext {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts at SIGINT or SIGTERM. A command that follows something ends quietly then. */
  readonly signal: AbortSignal;
  /** The process id, for the log and for pid files. */
  readonly pid: number;
  /** Sets the code that the process exits with once the command's action has resolved; `ok` unless set. A code that is no `ExitCode` is another program's own. */
  setExitCode(code: number): void;
}

/**
 * A file of src/cli/commands/ exports one function of this shape under the name `configure`. It adds arguments, options
 * and the action to `command`, which already has its name and summary (src/cli/main.ts holds that table, so that
 * only the module of the command that was called is loaded). The action is async and reports an expected failure
 * by throwing `CliError`.
 *
 * ```ts
 * export function configure(command: Command, context: CommandContext): void {
 *   command
 *     .argument("<pod>", "name or namespace/name")
 *     .addOption(socketOption(context))
 *     .action(async (pod: string, options: { socket: string }) => { await context.stdout.write("...\n"); });
 * }
 * ```
 */
export type ConfigureCommand = (command: Command, context: CommandContext) => void;

/** A failure that was expected: printed as `skerry: MESSAGE`, then the hint, and the process exits with the code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** What the user can do about it; one line. */
  readonly hint: string | undefined;
  constructor(
    message: string,
    options: { readonly exitCode?: ExitCode; readonly hint?: string } = {},
  ) {
    super(message);
    this.name = "CliError";
    this.exitCode = options.exitCode ?? ExitCode.failure;
    this.hint = options.hint;
  }
}
