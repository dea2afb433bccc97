/** The `skerry` command: finds the command that was called, runs it, and turns how it ended into an exit code. */
import { Command, CommanderError } from "commander";
import { VERSION } from "../core/version.ts";
import { NotFound, PortError } from "../ports/errors.ts";
import { CliError, type CommandContext, type Output } from "./command.ts";
import { type CommandEntry, COMMANDS } from "./command_table.ts";
import { ExitCode } from "./exit_codes.ts";
import { printableLines } from "./printable.ts";

/** What the process gives; the exit code is kept here. */
export type ProcessContext = Omit<CommandContext, "setExitCode">;

/** Runs one command line (without the program's name) and gives the code to exit with. Never throws. */
export async function main(
  args: readonly string[],
  process: ProcessContext,
  commands: readonly CommandEntry[] = COMMANDS,
): Promise<number> {
  let code: number = ExitCode.ok;
  const context: CommandContext = { ...process, setExitCode: (next) => void (code = next) };
  const said = new Said();
  try {
    const program = await createProgram(args, { context, commands, said });
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    code = exitCodeOf(error, process.signal);
    said.error(describe(error, code));
  }
  return await said.tell(process) ?? code;
}

/** What is said by the program itself; commander writes without waiting, so it is kept until the end. */
class Said {
  #out = "";
  #err = "";

  out(text: string): void {
    this.#out += text;
  }

  error(text: string): void {
    this.#err += text;
  }

  /** Gives the code to end with where it was not heard: `skerry --help | head -1` is no error, a full disk is one. */
  async tell(
    { stdout, stderr }: Pick<ProcessContext, "stdout" | "stderr">,
  ): Promise<ExitCode | undefined> {
    const failure = await writeFailure(stdout, this.#out);
    const code = failure === null ? undefined : exitCodeOf(failure);
    if (code !== undefined) this.#err += describe(failure, code);
    // What cannot be written to stderr cannot be told to anyone.
    await writeFailure(stderr, this.#err);
    return code;
  }
}

async function writeFailure(output: Output, text: string): Promise<unknown> {
  try {
    if (text !== "") await output.write(text);
    return null;
  } catch (error) {
    return error;
  }
}

async function createProgram(
  args: readonly string[],
  { context, commands, said }: {
    readonly context: CommandContext;
    readonly commands: readonly CommandEntry[];
    readonly said: Said;
  },
): Promise<Command> {
  const { stdout, stderr } = context;
  const program = new Command("skerry")
    .description("Skerry keeps the pods of an edge node running.")
    .version(`skerry ${VERSION}`, "-V, --version", "print the version")
    .exitOverride()
    .showHelpAfterError("hint: --help shows what there is")
    .configureOutput({
      writeOut: (text) => said.out(text),
      writeErr: (text) => said.error(text),
      outputError: (text, write) => write(text.replace(/^error: /, "skerry: ")),
      getOutHelpWidth: () => stdout.columns() ?? 80,
      getErrHelpWidth: () => stderr.columns() ?? 80,
      getOutHasColors: () => stdout.colors,
      getErrHasColors: () => stderr.colors,
    });
  const called = args[0] === "help" ? args[1] : args[0];
  for (const { name, summary, load } of commands) {
    const command = program.command(name).summary(summary).description(sentence(summary));
    if (name === called) (await load()).configure(command, context);
  }
  return program;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A reader that is gone (`skerry logs web | head`) has got all it wanted. */
function exitCodeOf(error: unknown, signal?: AbortSignal): ExitCode {
  if (error instanceof Deno.errors.BrokenPipe) return ExitCode.ok;
  if (signal?.aborted && isAbort(error, signal)) return ExitCode.interrupted;
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof NotFound) return ExitCode.notFound;
  return error instanceof CliError ? error.exitCode : ExitCode.failure;
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}

/** What is still to be said about the error; commander has spoken already, and a quiet end needs no words. */
function describe(error: unknown, code: number): string {
  if (error instanceof CommanderError || code === ExitCode.interrupted) return "";
  if (error instanceof Deno.errors.BrokenPipe) return "";
  if (error instanceof CliError) {
    const hint = error.hint === undefined ? "" : `hint: ${printableLines(error.hint)}\n`;
    return `skerry: ${printableLines(error.message)}\n${hint}`;
  }
  if (error instanceof PortError) return `skerry: ${printableLines(error.message)}\n`;
  const details = error instanceof Error ? error.stack ?? error.message : String(error);
  return `skerry: this should not have happened, please report it: ${printableLines(details)}\n`;
}
